package dev.ilura.tools;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The race at its full length. */
class SymlinkRacePeerIT {
    @Test
    void tenThousandLoops(@TempDir Path dir) throws IOException, InterruptedException {
        SymlinkRaceTest.race(dir, 10_000);
    }
}

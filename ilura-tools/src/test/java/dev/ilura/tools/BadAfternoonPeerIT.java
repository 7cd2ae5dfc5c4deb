package dev.ilura.tools;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole afternoon: 500 changes over 200 files in 20 calls, and 20 deaths. */
class BadAfternoonPeerIT {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fiveHundredChangesInTwentyCalls(long seed, @TempDir Path dir) throws IOException {
        WatchedServerTest.afternoon(dir, 200, 20, 25, seed);
    }

    @Test
    void twentyDeaths(@TempDir Path dir) throws IOException, InterruptedException {
        CrashTest.kills(dir, 20, 42);
    }
}

package dev.ilura.peers;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official suite from clients of one era to servers of the other; docs/protocol.md explains what fails. */
class BridgesPeerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @TempDir
    private Path home;

    @Test
    void acrossTheErasWhatFailsIsExplained() throws Exception {
        ConformancePeerIT.assertFine(home, PATIENCE, "--only", "bridges");
    }
}

package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten kills by default; {@code -Dilura.kill.loops=1000} for a thousand and half a million acknowledged records. */
class KillPeerIT {
    private static final int LOOPS = Integer.getInteger("ilura.kill.loops", 10);
    private static final int MOST_RECORDS = 1_200;

    @TempDir
    Path dir;

    @Test
    void noAcknowledgedRecordIsLostHoweverOftenTheProcessIsKilled() throws Exception {
        long acknowledged = new KillLoop(dir, LOOPS, MOST_RECORDS).run();

        System.out.println("kill test: " + LOOPS + " kills, " + acknowledged + " acknowledged records, 0 lost");
        assertThat(acknowledged)
                .as("when a process is killed is drawn by lot, 600 records on average")
                .isGreaterThan(LOOPS * (LOOPS < 1000 ? 100L : 500L));
    }
}

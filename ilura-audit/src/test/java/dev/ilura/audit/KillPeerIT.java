package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand kills and half a million acknowledged records. {@code -Dilura.kill.loops=N} for fewer. */
class KillPeerIT {
    private static final int LOOPS = Integer.getInteger("ilura.kill.loops", 1_000);
    private static final int MOST_RECORDS = 1_200;

    @TempDir
    Path dir;

    @Test
    void noneOfHalfAMillionAcknowledgedRecordsIsLostInAThousandKills() throws Exception {
        long acknowledged = new KillLoop(dir, LOOPS, MOST_RECORDS).run();

        System.out.println("kill test: " + LOOPS + " kills, " + acknowledged + " acknowledged records, 0 lost");
        assertThat(acknowledged).isGreaterThan(LOOPS * 500L);
    }
}

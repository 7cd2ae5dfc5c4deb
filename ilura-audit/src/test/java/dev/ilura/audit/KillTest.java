package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three kills; {@code KillPeerIT} does a thousand. */
class KillTest {
    @TempDir
    Path dir;

    @Test
    void noAcknowledgedRecordIsLostWhenTheWriterIsKilled() throws Exception {
        assertThat(new KillLoop(dir, 3, 1_000).run()).isPositive();
    }
}

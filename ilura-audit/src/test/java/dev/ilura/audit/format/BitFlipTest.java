package dev.ilura.audit.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.audit.AuditLog;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BitFlipTest {
    @TempDir
    Path dir;

    /** About four million changes; one that left its frame sound would go on to hash chain, tree and signatures. */
    @Test
    void everySingleBitOfALogOfAThousandRecordsBreaksItsFrame() throws IOException {
        byte[] segment = aThousandRecords();
        int frames = 0;
        for (int at = 0; at < segment.length; frames++) {
            int end = at + Frame.HEADER + Frame.soundLength(segment, at, segment.length);
            for (int bit = at * 8; bit < end * 8; bit++) {
                segment[bit / 8] ^= (byte) (1 << (bit % 8));
                if (Frame.soundLength(segment, at, segment.length) >= 0) {
                    assertThat(bit).as("a bit that nobody misses").isNegative();
                }
                segment[bit / 8] ^= (byte) (1 << (bit % 8));
            }
            at = end;
        }
        assertThat(frames).isGreaterThan(1_000);
    }

    private byte[] aThousandRecords() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            for (int i = 0; i < 999; i++) {
                log.append(
                        AuditEvent.of(AuditEvent.Type.DECISION)
                                .fact("call", "call-" + i)
                                .fact("server", "files")
                                .fact("why", "no rule permits it")
                                .build(),
                        Acknowledgement.WRITTEN);
            }
        }
        return Files.readAllBytes(dir.resolve("log/00000000000000000000.seg"));
    }
}

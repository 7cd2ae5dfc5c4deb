package dev.ilura.audit.format;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Lines of bytes, read one after the other by a reader that learns and by one that does not. {@code JAZZER_FUZZ=1} searches. */
class FlatRecordFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void bothReadTheSame(byte[] bytes) {
        FlatRecord learned = new FlatRecord();
        for (int round = 0; round < 2; round++) {
            int from = 0;
            for (int to = 0; to <= bytes.length; to++) {
                if (to == bytes.length || bytes[to] == '\n') {
                    FlatRecordTest.agree(learned, bytes, from, to);
                    from = to + 1;
                }
            }
        }
    }

    /** Whatever a segment holds behind a frame, reading stops at the record's end. */
    @FuzzTest(maxDuration = "2m")
    void nothingBehindARecordIsRead(byte[] bytes) {
        byte[] more = new byte[bytes.length + 16];
        System.arraycopy(bytes, 0, more, 0, bytes.length);
        System.arraycopy("\":1,\"v\":1}\"\"\"\"\"\"".getBytes(StandardCharsets.US_ASCII), 0, more, bytes.length, 16);
        FlatRecord learned = new FlatRecord();
        FlatRecordTest.agree(learned, more, 0, bytes.length);
        FlatRecordTest.agree(learned, more, 0, bytes.length);
    }
}

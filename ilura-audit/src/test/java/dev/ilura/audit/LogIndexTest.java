package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogIndexTest {
    private final LogIndex index = new LogIndex(IndexMemory.temporary());

    @Test
    void theNewestRecordOfEveryKeyIsFoundAcrossAllTables() {
        Map<String, Long> newestOfCall = new HashMap<>();
        Map<String, Long> newestOfSession = new HashMap<>();
        String[] calls = new String[400_000];
        String[] sessions = new String[calls.length];
        Random random = new Random(3);
        for (int i = 0; i < calls.length; i++) {
            calls[i] = "call-" + random.nextInt(300_000);
            sessions[i] = "session-" + random.nextInt(100);
            Long call = newestOfCall.put(calls[i], (long) i);
            Long session = newestOfSession.put(sessions[i], (long) i);
            index.add(new LogIndex.Place(
                    i,
                    i / 1_000 * 1_000L,
                    i * 3,
                    new LogIndex.Key(calls[i], call == null ? -1 : call),
                    new LogIndex.Key(sessions[i], session == null ? -1 : session)));
        }

        newestOfCall.forEach((call, number) -> assertThat(
                        index.newest(LogIndex.Kind.CALL, call, candidate -> calls[(int) candidate].equals(call)))
                .isEqualTo(number));
        newestOfSession.forEach((session, number) -> assertThat(index.newest(
                        LogIndex.Kind.SESSION, session, candidate -> sessions[(int) candidate].equals(session)))
                .isEqualTo(number));
        assertThat(index.offsetOf(399_999)).isEqualTo(399_999 * 3);
        assertThat(index.segmentOf(123_456)).isEqualTo(123_000);
    }

    @Test
    void aKeyThatIsNotThereIsNotFound() {
        index.add(new LogIndex.Place(0, 0, 0, new LogIndex.Key("call", -1), LogIndex.Key.NONE));

        assertThat(index.newest(LogIndex.Kind.CALL, "other", number -> true)).isEqualTo(-1);
        assertThat(index.newest(LogIndex.Kind.SESSION, "call", number -> true)).isEqualTo(-1);
    }

    @Test
    void aCandidateWhoseRecordSaysOtherwiseIsPassedOver() {
        index.add(new LogIndex.Place(0, 0, 0, new LogIndex.Key("call", -1), LogIndex.Key.NONE));

        assertThat(index.newest(LogIndex.Kind.CALL, "call", number -> false)).isEqualTo(-1);
    }
}

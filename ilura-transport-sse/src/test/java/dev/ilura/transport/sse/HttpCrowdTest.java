package dev.ilura.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small crowd; the large one is {@link HttpCrowdPeerIT}. */
@Timeout(120)
class HttpCrowdTest {
    @Test
    void noAnswerIsLostOrCrossedAndASlowReaderStallsNobody() throws Exception {
        HttpCrowd.Seen seen = new HttpCrowd(40, 10).run();

        assertThat(seen.answers()).isEqualTo(39 * 3);
        assertThat(seen.notices()).isEqualTo(10);
    }
}

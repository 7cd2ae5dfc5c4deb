package dev.ilura.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand sessions and two hundred open streams. */
@Timeout(600)
class HttpCrowdPeerIT {
    @Test
    void aThousandSessionsAndTwoHundredStreams() throws Exception {
        HttpCrowd.Seen seen = new HttpCrowd(1_000, 200).run();

        System.out.printf(
                "1000 sessions, 200 streams, a slow reader: %d answers in %d ms, %d notices, %d KiB heap a session%n",
                seen.answers(), seen.took().toMillis(), seen.notices(), seen.heapPerSession() >> 10);
        assertThat(seen.answers()).isEqualTo(999 * 3);
        assertThat(seen.notices()).isEqualTo(200);
        assertThat(seen.heapPerSession())
                .as("bytes a session, its client included")
                .isLessThan(128 << 10);
    }
}

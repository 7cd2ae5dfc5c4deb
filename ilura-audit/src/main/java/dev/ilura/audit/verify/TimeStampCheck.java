package dev.ilura.audit.verify;

import java.io.IOException;
import java.time.Instant;

/** Whether a time stamp token is valid; the JDK has nothing for that. */
@FunctionalInterface
public interface TimeStampCheck {
    /**
     * When the text was stamped by an authority that the check trusts.
     *
     * @param response a time stamp response of RFC 3161
     * @throws IOException if it holds no such token for this text
     */
    Instant time(byte[] text, byte[] response) throws IOException;
}

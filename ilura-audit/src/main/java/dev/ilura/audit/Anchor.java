package dev.ilura.audit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A place outside the log that remembers its checkpoints. A log alone cannot show that it was rolled back or cut; a place
 * that its writer cannot change can. The promise is only as good as that: an anchor on the same disk under the same user
 * proves nothing against that user.
 *
 * <p>{@link #newest} is called while the log is opened; {@link #remember} by a thread of the anchor's own, never by callers
 * of a gateway.
 */
public interface Anchor {
    /** Names the place in records and messages; ASCII. */
    String name();

    /**
     * Remembers a checkpoint. Its size never goes down.
     *
     * @param origin the log's name
     * @param note the checkpoint as a C2SP signed note
     * @throws IOException if the place does not answer or refuses; tried again with the next checkpoint, and recorded
     */
    void remember(String origin, String note) throws IOException;

    /**
     * Remembers a checkpoint, for places that want a proof with it or give something in return. By default they do not.
     *
     * @throws IOException as above
     */
    default void remember(Submission submission) throws IOException {
        remember(submission.origin(), submission.note());
    }

    /** At most one checkpoint in this time, but always the last one when the log is closed; as fast as they come by default. */
    default Duration interval() {
        return Duration.ZERO;
    }

    /**
     * The newest checkpoint that the place remembers of a log; empty if none.
     *
     * @param origin the log's name
     * @throws IOException if the place does not answer; the log is then not opened
     */
    Optional<String> newest(String origin) throws IOException;

    /**
     * A directory on another disk, host or account, with one file for each log.
     *
     * @param directory made if it is not there
     */
    static Anchor directory(Path directory) {
        return new DirectoryAnchor(directory);
    }

    /**
     * A witness that signs only what continues all that it saw of a log before, by the protocol {@code c2sp.org/tlog-witness}.
     * Its cosignatures are kept beside the log. The witness must know the log's Ed25519 key.
     *
     * @param prefix the submission prefix, which is also asked for the newest cosigned checkpoint; https, or http on loopback
     * @param key the witness's key, {@code name+id+base64} of type 0x04
     * @throws IllegalArgumentException if the address or the key is none
     */
    static Anchor witness(URI prefix, String key) {
        return new WitnessAnchor(new HttpExchange(prefix), dev.ilura.audit.format.WitnessKey.parse(key));
    }

    /**
     * A time stamping authority, RFC 3161: its token says that a checkpoint existed at a time. Tokens are kept beside the
     * log; the authority itself remembers nothing, so it proves age and not that nothing newer was cut.
     *
     * @param address where requests are posted; http will do, because the token is signed
     * @param trusted certificates of the authority or of those who issued its certificate
     * @param interval at most one token in this time
     * @throws IllegalArgumentException if the address is none or no certificate is given
     */
    static Anchor timeStamps(URI address, List<X509Certificate> trusted, Duration interval) {
        return new TimeStampAnchor(new HttpExchange(address), new TimeStampTokens(trusted), interval);
    }
}

package dev.ilura.audit;

import dev.ilura.audit.format.NoteText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Has checkpoints stamped by a time stamping authority, RFC 3161 over HTTP. */
final class TimeStampAnchor implements Anchor {
    private final HttpExchange authority;
    private final TimeStampTokens tokens;
    private final Duration interval;

    TimeStampAnchor(HttpExchange authority, TimeStampTokens tokens, Duration interval) {
        this.authority = authority;
        this.tokens = tokens;
        this.interval = interval;
    }

    @Override
    public String name() {
        return "time stamps of " + authority.host();
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public void remember(String origin, String note) throws IOException {
        stamp(note);
    }

    /** Both files are kept: {@code openssl ts -verify} wants the text as it was stamped. */
    @Override
    public void remember(Submission submission) throws IOException {
        byte[] token = stamp(submission.note());
        String name = String.format(
                Locale.ROOT,
                "%020d",
                NoteText.parse(submission.note()).checkpoint().size());
        submission.keep(name + ".note", submission.note().getBytes(StandardCharsets.UTF_8));
        submission.keep(name + ".tsr", token);
    }

    private byte[] stamp(String note) throws IOException {
        TimeStampTokens.Request request = tokens.request(note.getBytes(StandardCharsets.UTF_8));
        HttpExchange.Answer answer = authority.post("", "application/timestamp-query", request.encoded());
        if (answer.status() != 200) {
            throw new IOException("it answers " + answer.status());
        }
        request.requireAnswered(answer.body());
        return answer.body();
    }

    /** An authority remembers nothing. */
    @Override
    public Optional<String> newest(String origin) {
        return Optional.empty();
    }
}

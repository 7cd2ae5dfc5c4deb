package dev.ilura.audit;

import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.NoteText;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.format.WitnessKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A client of the protocol {@code c2sp.org/tlog-witness}. */
final class WitnessAnchor implements Anchor {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final HttpExchange witness;
    private final WitnessKey key;
    /** The size that the witness cosigned last, as far as is known; it corrects us if that is wrong. */
    private long cosigned;

    WitnessAnchor(HttpExchange witness, WitnessKey key) {
        this.witness = witness;
        this.key = key;
    }

    @Override
    public String name() {
        return "witness " + key.name();
    }

    /** A witness wants a proof, which only a {@link Submission} has. */
    @Override
    public void remember(String origin, String note) throws IOException {
        throw new IOException("a witness takes no checkpoint without a proof");
    }

    @Override
    public void remember(Submission submission) throws IOException {
        HttpExchange.Answer answer = submit(submission, cosigned);
        if (answer.status() == CONFLICT) {
            cosigned = stated(answer);
            if (cosigned > submission.size()) {
                throw new IOException("it has signed " + cosigned + " records of this log, which now has "
                        + submission.size() + ": the log was cut, rolled back or forked");
            }
            answer = submit(submission, cosigned);
        }
        if (answer.status() != OK) {
            throw new IOException(refusal(answer));
        }
        keep(submission, new String(answer.body(), StandardCharsets.UTF_8));
        cosigned = submission.size();
    }

    private HttpExchange.Answer submit(Submission submission, long from) throws IOException {
        StringBuilder body = new StringBuilder("old ").append(from).append('\n');
        if (from > 0) {
            for (byte[] hash : submission.consistencySince(from)) {
                body.append(Base64Text.standard(hash)).append('\n');
            }
        }
        body.append('\n').append(submission.note());
        return witness.post("add-checkpoint", "text/plain", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static long stated(HttpExchange.Answer answer) throws IOException {
        String size = new String(answer.body(), StandardCharsets.US_ASCII);
        if (!size.matches("(0|[1-9][0-9]{0,17})\n")) {
            throw new IOException("it answered 409 without the size that it has");
        }
        return Long.parseLong(size.trim());
    }

    private static String refusal(HttpExchange.Answer answer) {
        String why = switch (answer.status()) {
            case 400 -> "it does not understand the request";
            case 403 -> "it does not trust the keys of this log";
            case NOT_FOUND -> "it does not know this log";
            case CONFLICT -> "another gateway writes to it in the name of this log";
            case 422 -> "what it saw of this log does not continue to this state: the log was rewritten or forked";
            default -> "it does not work";
        };
        return why + " (" + answer.status() + ")";
    }

    /** Keeps the note with the witness's line below it; lines of unknown keys are left out. */
    private void keep(Submission submission, String lines) throws IOException {
        Checkpoint checkpoint = NoteText.parse(submission.note()).checkpoint();
        for (String line : lines.split("\n", -1)) {
            if (isValid(checkpoint, line)) {
                String note = submission.note() + line + "\n";
                submission.keep(fileName(), note.getBytes(StandardCharsets.UTF_8));
                return;
            }
        }
        throw new IOException("its answer has no cosignature of its key");
    }

    private boolean isValid(Checkpoint checkpoint, String line) throws IOException {
        try {
            return key.cosigned(checkpoint, line).isPresent();
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private String fileName() {
        return "witness-" + key.idHex() + ".cosigned";
    }

    @Override
    public Optional<String> newest(String origin) throws IOException {
        HttpExchange.Answer answer = witness.get(Sha256.hex(origin) + "/checkpoint");
        if (answer.status() == NOT_FOUND) {
            return Optional.empty();
        }
        if (answer.status() != OK) {
            throw new IOException("the witness " + key.name() + " answers " + answer.status());
        }
        String note = new String(answer.body(), StandardCharsets.UTF_8);
        try {
            NoteText text = NoteText.parse(note);
            Checkpoint checkpoint = text.checkpoint();
            for (String line : text.others()) {
                if (checkpoint.origin().equals(origin)
                        && key.cosigned(checkpoint, line).isPresent()) {
                    cosigned = checkpoint.size();
                    return Optional.of(note);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the witness " + key.name() + ": " + e.getMessage(), e);
        }
        throw new IOException("the witness " + key.name() + " gives a checkpoint that it did not sign");
    }
}

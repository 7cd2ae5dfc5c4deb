package dev.ilura.approval.passkey;

import dev.ilura.IluraException;
import dev.ilura.approval.internal.PrivateFile;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Who has which passkey: one private file, read once and replaced with every change. Thread-safe. */
public final class PasskeyStore {
    private static final int MAX_PASSKEYS = 64;

    private final PrivateFile file;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile List<Passkey> passkeys;

    private PasskeyStore(PrivateFile file, List<Passkey> passkeys) {
        this.file = file;
        this.passkeys = List.copyOf(passkeys);
    }

    /**
     * Reads the file; a missing one is an empty store.
     *
     * @throws IluraException ILR-APPROVAL-010 if it cannot be read or is not one of these
     */
    public static PasskeyStore in(Path path) {
        PrivateFile file = new PrivateFile(path);
        try {
            Optional<byte[]> content = file.read();
            return new PasskeyStore(file, content.isEmpty() ? List.of() : parse(content.get()));
        } catch (IOException | MalformedJsonException | NoSuchElementException | IllegalStateException e) {
            throw new IluraException(
                    "ILR-APPROVAL-010",
                    "The passkeys in " + file.path() + " cannot be used: " + e.getMessage() + ".",
                    "Restore the file, or remove it and enrol again.",
                    e);
        }
    }

    private static List<Passkey> parse(byte[] content) {
        JsonValue json = JsonValue.parse(content, JsonLimits.FRAME);
        if (json.member("v").orElseThrow().integer().orElseThrow() != 1) {
            throw new IllegalStateException("its version is unknown");
        }
        return json.member("passkeys").orElseThrow().elements().stream()
                .map(Passkey::of)
                .toList();
    }

    /** All of them, oldest first. */
    public List<Passkey> all() {
        return passkeys;
    }

    /** The one with this credential id. */
    public Optional<Passkey> byId(String id) {
        return passkeys.stream().filter(passkey -> passkey.id().equals(id)).findFirst();
    }

    void add(Passkey added) throws PasskeyRefused {
        writing.lock();
        try {
            if (byId(added.id()).isPresent()) {
                throw new PasskeyRefused("this passkey is enrolled already");
            }
            if (passkeys.size() >= MAX_PASSKEYS) {
                throw new PasskeyRefused("there are " + MAX_PASSKEYS + " passkeys already");
            }
            List<Passkey> next = new ArrayList<>(passkeys);
            next.add(added);
            replace(next);
        } finally {
            writing.unlock();
        }
    }

    /**
     * Takes down the counter of a signature that was just verified. The attack: one assertion, or a copied
     * authenticator, racing itself; whoever comes second finds the counter moved on.
     */
    void used(Passkey before, long counter) throws PasskeyRefused {
        writing.lock();
        try {
            List<Passkey> next = new ArrayList<>(passkeys);
            int at = next.indexOf(before);
            if (at < 0) {
                throw new PasskeyRefused("this passkey was used or removed in the meantime");
            }
            if (counter != before.counter()) {
                next.set(at, before.counted(counter));
                replace(next);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Removes a passkey; whether there was one. */
    boolean remove(String id) throws PasskeyRefused {
        writing.lock();
        try {
            List<Passkey> next = new ArrayList<>(passkeys);
            boolean removed = next.removeIf(passkey -> passkey.id().equals(id));
            if (removed) {
                replace(next);
            }
            return removed;
        } finally {
            writing.unlock();
        }
    }

    private void replace(List<Passkey> next) throws PasskeyRefused {
        try {
            file.write(CanonicalJson.of(
                    Map.of("v", 1, "passkeys", next.stream().map(Passkey::toMap).toList())));
        } catch (IOException e) {
            throw new PasskeyRefused("the passkeys cannot be written to " + file.path(), e);
        }
        passkeys = List.copyOf(next);
    }
}

package dev.ilura.audit.format;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys of a log as its records name them one after the other: those of the genesis, then those of each
 * {@code key_rotated}. Tells for each batch who must have signed it. Not thread-safe.
 */
public final class KeyChain {
    /** The record that names the first keys. */
    public static final String GENESIS = "genesis";

    /** The record that names keys in force from the next batch on. */
    public static final String ROTATED = "key_rotated";

    private final String origin;
    private final Set<LogKey> all = new LinkedHashSet<>();
    private List<LogKey> inForce = List.of();
    private List<LogKey> next = List.of();

    /** No key yet. */
    public KeyChain(String origin) {
        this.origin = origin;
    }

    /** Whether a record names keys. */
    public static boolean namesKeys(FlatRecord view) {
        return view.is(KnownMember.TYPE, GENESIS) || view.is(KnownMember.TYPE, ROTATED);
    }

    /**
     * Sees the next record; only those that name keys matter, but all must come.
     *
     * @throws IllegalArgumentException if it does not name keys as it should, or comes where it must not
     */
    public void record(FlatRecord view) {
        if (!next.isEmpty()) {
            throw new IllegalArgumentException("a record follows key_rotated in its batch");
        }
        if (view.is(KnownMember.TYPE, GENESIS)) {
            if (!inForce.isEmpty()) {
                throw new IllegalArgumentException("a second genesis");
            }
            inForce = named(view);
            all.addAll(inForce);
        } else if (view.is(KnownMember.TYPE, ROTATED)) {
            next = named(view);
        }
    }

    private List<LogKey> named(FlatRecord view) {
        return List.of(
                key(view, "keyEcdsa", LogKey.Algorithm.ECDSA_P256), key(view, "keyEd25519", LogKey.Algorithm.ED25519));
    }

    private LogKey key(FlatRecord view, String member, LogKey.Algorithm algorithm) {
        String spki = view.text(member);
        if (spki == null) {
            throw new IllegalArgumentException(member + " is missing");
        }
        LogKey key = LogKey.ofSpki(origin, Base64Text.parseUrl(spki));
        if (key.algorithm() != algorithm) {
            throw new IllegalArgumentException(member + " is of another kind");
        }
        return key;
    }

    /** Who must have signed the batch that ends here, in order; a rotation in it is in force afterwards. */
    public List<LogKey> endBatch() {
        if (next.isEmpty()) {
            return inForce.isEmpty() ? List.of() : List.of(inForce.get(0));
        }
        Set<LogKey> both = new LinkedHashSet<>(inForce);
        both.addAll(next);
        inForce = next;
        all.addAll(next);
        next = List.of();
        return List.copyOf(both);
    }

    /** Forgets what came since the last end of a batch. */
    public void discardBatch() {
        next = List.of();
    }

    /** The two keys in force, ECDSA first; empty before the genesis. */
    public List<LogKey> inForce() {
        return inForce;
    }

    /** Every key so far, in order of first use. */
    public List<LogKey> all() {
        return List.copyOf(all);
    }

    /** The key list as the log's file has it. */
    public String list() {
        return LogKey.list(all);
    }
}

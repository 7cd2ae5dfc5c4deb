package dev.ilura.internal.wire;

import dev.ilura.text.VisibleText;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The keys that have a meaning at one place of a frame, and the keys that a lenient reader could take for them. */
final class ProtocolKeys {
    private final Set<String> exact;
    private final Set<String> folded;

    private ProtocolKeys(Set<String> exact) {
        this.exact = exact;
        this.folded = exact.stream().map(ProtocolKeys::fold).collect(Collectors.toUnmodifiableSet());
    }

    static ProtocolKeys of(String... keys) {
        return new ProtocolKeys(Arrays.stream(keys).collect(Collectors.toUnmodifiableSet()));
    }

    /** The first key that is none of the protocol's and folds to one, made visible. */
    Optional<String> imitationIn(Set<String> keys) {
        return keys.stream()
                .filter(key -> !exact.contains(key) && folded.contains(fold(key)))
                .map(key -> VisibleText.oneLine(key.length() > 64 ? key.substring(0, 64) : key))
                .findFirst();
    }

    /** As lenient readers fold: case, compatibility forms, accents, dashes and underscores, NUL, and what is not seen. */
    private static String fold(String key) {
        StringBuilder seen = new StringBuilder(key.length());
        Normalizer.normalize(key.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFKD)
                .codePoints()
                .filter(c -> c != ' ' && c != '-' && c != '_')
                .filter(c -> VisibleText.isPlain(c) && Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(seen::appendCodePoint);
        return seen.toString().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}

package dev.ilura.transport.stdio.spawn;

import java.util.Map;
import java.util.stream.Collectors;

/** Versions of packages that are known to harm whoever starts them. */
final class KnownHoles {
    /** Name to bound, {@code <1.2.3}. */
    static final Map<String, String> VERSIONS = Lists.lines("blocked-versions.list").stream()
            .map(line -> line.split(" +", -1))
            .collect(Collectors.toUnmodifiableMap(words -> words[0], words -> words[1]));

    private KnownHoles() {}
}

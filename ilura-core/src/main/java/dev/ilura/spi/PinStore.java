package dev.ilura.spi;

import dev.ilura.json.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what every server offered when it was pinned. Asked at every listing, and from several threads: each server
 * is read and written by one thread at a time. What it throws leaves everything of that listing uncallable.
 */
public interface PinStore {

    /** What is pinned of a server; {@link Pinned#NOTHING} if it was never seen. */
    Pinned read(String server);

    /** Keeps what is pinned of a server, in place of what was kept before; durable when it returns, if the store is. */
    void write(String server, Pinned pinned);

    /** One that forgets when the process ends. */
    static PinStore inMemory() {
        Map<String, Pinned> pins = new ConcurrentHashMap<>();
        return new PinStore() {
            @Override
            public Pinned read(String server) {
                return pins.getOrDefault(server, Pinned.NOTHING);
            }

            @Override
            public void write(String server, Pinned pinned) {
                pins.put(server, pinned);
            }
        };
    }

    /**
     * The pins of one server.
     *
     * @param entries what it offered, each under the name that rules use, and its instructions under
     *     {@link #INSTRUCTIONS}
     * @param lists the lists that were pinned whole, by their method: what turns up in one of these later is a change
     */
    record Pinned(Map<String, JsonValue> entries, Set<String> lists) {
        /** The name under which a server's instructions are pinned. No tool can have it. */
        public static final String INSTRUCTIONS = "@instructions";

        /** Of a server that was never seen. */
        public static final Pinned NOTHING = new Pinned(Map.of(), Set.of());

        public Pinned {
            Objects.requireNonNull(entries, "entries");
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
            lists = Collections.unmodifiableSet(new TreeSet<>(lists));
        }
    }
}

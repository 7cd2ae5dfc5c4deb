package dev.ilura.spi;

import dev.ilura.IluraException;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The providers of one kind that are on the class path or module path, by name. Finding activates nothing; only
 * {@link #select} does, because somebody named it.
 *
 * @param <P> the kind
 */
public final class Providers<P extends NamedProvider> {
    private final String kind;
    private final SortedMap<String, P> byName = new TreeMap<>();

    /**
     * Takes what was found.
     *
     * @param kind for messages, for example {@code "policy"}
     * @param found the loaded services
     * @throws IluraException ILR-SPI-001 if two have one name
     */
    public Providers(String kind, ServiceLoader<P> found) {
        this(kind, (Iterable<P>) found);
    }

    Providers(String kind, Iterable<P> found) {
        this.kind = kind;
        for (P provider : found) {
            P other = byName.putIfAbsent(provider.name(), provider);
            if (other != null) {
                throw new IluraException(
                        "ILR-SPI-001",
                        "Two " + kind + " providers are called \"" + provider.name() + "\": "
                                + other.getClass().getName() + " and "
                                + provider.getClass().getName() + ".",
                        "Remove one of the two jars.");
            }
        }
    }

    /**
     * The provider of this name.
     *
     * @throws IluraException ILR-SPI-002 if there is none of that name; the message lists what was found
     */
    public P select(String name) {
        P provider = byName.get(name);
        if (provider == null) {
            throw new IluraException(
                    "ILR-SPI-002",
                    "There is no " + kind + " provider called \"" + name + "\".",
                    "Found: " + byName.keySet() + ". Use one of these or add the jar that has it.");
        }
        return provider;
    }
}

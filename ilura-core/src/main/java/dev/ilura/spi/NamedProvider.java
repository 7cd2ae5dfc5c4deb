package dev.ilura.spi;

/** What {@link Providers} can find by name. */
public interface NamedProvider {
    /** Unique among the providers of its kind; lower case. */
    String name();
}

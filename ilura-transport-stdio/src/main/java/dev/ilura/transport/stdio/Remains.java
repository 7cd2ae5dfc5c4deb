package dev.ilura.transport.stdio;

import java.util.List;

/**
 * What could not be ended of a server.
 *
 * @param survivors processes of its that did not end
 * @param strays processes that lost their parent since it was started and have limits that no server has: somebody wiped the
 *     marks, and it may have been this one
 */
record Remains(List<Long> survivors, List<Long> strays) {
    static final Remains NONE = new Remains(List.of(), List.of());

    Remains {
        survivors = List.copyOf(survivors);
        strays = List.copyOf(strays);
    }

    /** To be added to a sentence; normally nothing. */
    @Override
    public String toString() {
        return (survivors.isEmpty() ? "" : " Processes that could not be ended: " + survivors + ".")
                + (strays.isEmpty() ? "" : " Processes that may be left of it, their marks wiped: " + strays + ".");
    }
}

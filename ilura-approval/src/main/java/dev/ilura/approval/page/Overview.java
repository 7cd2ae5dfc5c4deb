package dev.ilura.approval.page;

import java.util.List;
import java.util.Optional;

/**
 * The whole desk at one moment. Immutable.
 *
 * @param version grows with every change
 * @param settled what became of the last questions, newest first
 */
record Overview(
        long version,
        List<Line> cards,
        List<Settled> settled,
        List<GrantBook.Entry> grants,
        int answersThisHour,
        int sparedThisHour,
        Optional<String> warning) {
    Overview {
        cards = List.copyOf(cards);
        settled = List.copyOf(settled);
        grants = List.copyOf(grants);
    }

    /** One card: how many identical calls it stands for, and how many people have agreed. */
    record Line(String id, int calls, int agreed) {}
}

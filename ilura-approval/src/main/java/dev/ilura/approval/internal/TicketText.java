package dev.ilura.approval.internal;

import dev.ilura.ApprovalTicket;

/** Short forms of a ticket's digest, the same on every channel and in the log. */
public final class TicketText {
    /** No vowels, so that no code is a word, and none that looks like another. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private TicketText() {}

    /** The first twelve hex digits of the digest in groups of four. */
    public static String shortDigest(ApprovalTicket ticket) {
        return shortDigest(ticket.digest());
    }

    /** The same of a digest that is known already. */
    public static String shortDigest(String digest) {
        return digest.substring(0, 4) + " " + digest.substring(4, 8) + " " + digest.substring(8, 12);
    }

    /**
     * Four letters that follow from the digest. Typing them takes looking at this very ticket; they are no secret.
     */
    public static String code(ApprovalTicket ticket) {
        long number = Long.parseLong(ticket.digest().substring(12, 24), 16);
        StringBuilder code = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            code.append(LETTERS.charAt((int) (number % LETTERS.length())));
            number /= LETTERS.length();
        }
        return code.toString();
    }
}

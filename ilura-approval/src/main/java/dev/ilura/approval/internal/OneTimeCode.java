package dev.ilura.approval.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A code that is shown to the operator and typed elsewhere, once. A few wrong tries make a new one, so it cannot be
 * guessed. Thread-safe.
 */
public final class OneTimeCode {
    /** No vowels and no look-alikes: 20 letters, 8 of them, 2.5e10 codes. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int LENGTH = 8;
    private static final int TRIES = 5;

    private final RandomGenerator random;
    private final Consumer<String> shown;
    private String code = "";
    private int triesLeft;

    /**
     * @param random a secure source
     * @param shown gets each new code
     */
    public OneTimeCode(RandomGenerator random, Consumer<String> shown) {
        this.random = random;
        this.shown = shown;
    }

    /** Makes a new code and shows it; the one before is void. */
    public synchronized void renew() {
        StringBuilder letters = new StringBuilder(LENGTH + 1);
        for (int i = 0; i < LENGTH; i++) {
            letters.append(i == LENGTH / 2 ? "-" : "").append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        code = letters.toString();
        triesLeft = TRIES;
        shown.accept(code);
    }

    /** Whether this is the code; a right one is used up, and too many wrong ones make a new code. */
    public synchronized boolean take(String typed) {
        if (code.isEmpty()) {
            return false;
        }
        boolean right = MessageDigest.isEqual(bytes(code), bytes(typed));
        if (right) {
            code = "";
        } else if (--triesLeft == 0) {
            renew();
        }
        return right;
    }

    private static byte[] bytes(String text) {
        return text.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }
}

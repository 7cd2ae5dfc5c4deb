package dev.ilura.approval.passkey;

/** What a browser sent does not prove what it should; the message says which check failed. */
public final class PasskeyRefused extends Exception {
    private static final long serialVersionUID = 1L;

    PasskeyRefused(String check) {
        super(check);
    }

    PasskeyRefused(String check, Throwable cause) {
        super(check, cause);
    }
}

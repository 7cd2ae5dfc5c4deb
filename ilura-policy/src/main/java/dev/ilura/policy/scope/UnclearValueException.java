package dev.ilura.policy.scope;

/** A value that has more than one reading, or none. Caught in the scope that reads it. */
final class UnclearValueException extends Exception {
    private static final long serialVersionUID = 1L;

    UnclearValueException(String why) {
        super(why, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}

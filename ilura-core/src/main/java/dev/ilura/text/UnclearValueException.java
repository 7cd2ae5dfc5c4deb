package dev.ilura.text;

/** A value that has more than one reading, or none. Caught in the scope that reads it. */
public final class UnclearValueException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnclearValueException(String why) {
        super(why, null, false, false);
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}

package dev.ilura.adapter.cedar;

/** An argument can be read in two ways, or not at all. */
final class UnclearArgumentException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String why;

    UnclearArgumentException(String pointer, String why) {
        super(pointer + " " + why, null, false, false);
        this.pointer = pointer;
        this.why = why;
    }

    String pointer() {
        return pointer;
    }

    String why() {
        return why;
    }
}

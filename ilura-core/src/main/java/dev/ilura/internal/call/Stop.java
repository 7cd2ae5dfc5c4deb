package dev.ilura.internal.call;

/** A stage ends the call; the stages after it do not run, except for the record and the reply. */
final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Ending ending;

    Stop(Ending ending) {
        super("the call ends here", null, false, false);
        this.ending = ending;
    }

    Ending ending() {
        return ending;
    }
}

package dev.ilura.transport.stdio.spawn;

/**
 * The way out of a reading at the first thing that is wrong. It never leaves this package: {@link SpawnValidator} turns it
 * into a {@link SpawnVerdict.Denied}. It has no stack trace, because it is an answer and not a failure.
 */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SpawnVerdict.Denied denied;

    Refusal(String code, String what, Token token, String fix) {
        super(what, null, false, false);
        denied = new SpawnVerdict.Denied(code, what, token.text(), token.index(), fix);
    }

    SpawnVerdict.Denied denied() {
        return denied;
    }
}

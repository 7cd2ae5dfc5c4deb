package dev.ilura.gateway;

/** A {@code ${secret:name}} that stands for nothing. Holds what a {@link ConfigProblem} needs. */
final class UnresolvedSecretException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String fix;

    UnresolvedSecretException(String what, String fix) {
        super(what);
        this.fix = fix;
    }

    String what() {
        return String.valueOf(getMessage());
    }

    String fix() {
        return fix;
    }
}

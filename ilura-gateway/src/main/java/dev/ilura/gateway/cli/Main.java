package dev.ilura.gateway.cli;

/** Where the {@code ilura} command starts. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its {@link Exit} code. */
    public static void main(String[] args) {
        System.exit(Ilura.run(Screen.ofThisProcess(), args));
    }
}

package dev.ilura.gateway.cli;

/** Where the {@code ilura} command starts. */
public final class Main {
    private Main() {}

    /** Prints how the command is used. */
    public static void main(String[] args) {
        System.err.println("usage: ilura <command> [options]");
        System.exit(args.length == 0 ? 0 : 2);
    }
}

package dev.ilura.transport.stdio.spawn;

import dev.ilura.text.VisibleText;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Map;

/**
 * First of all: text that a person cannot see as it is, or that two programs could read differently, starts nothing. The
 * attacks: a NUL that ends an argument early, a line feed that separates commands, look-alike and invisible characters in
 * what a person is asked to approve.
 */
final class TextGate {
    private static final int MAX_COMMAND = 4 << 10;
    private static final int MAX_ARGUMENT = 32 << 10;
    private static final int MAX_ARGUMENTS = 256;
    private static final int MAX_VARIABLES = 64;
    private static final int MAX_TOTAL = 128 << 10;

    private TextGate() {}

    static void pass(SpawnSpec spec) {
        requireSizes(spec);
        Token command = new Token(spec.command(), 0);
        requireVisible(command);
        requireAscii(command);
        for (int i = 0; i < spec.args().size(); i++) {
            requireVisible(new Token(spec.args().get(i), i + 1));
        }
        spec.env().forEach((name, value) -> {
            requireVisible(Token.aside(name));
            if (!isVisible(value.revealToItsOneUse())) {
                throw invisible(Token.aside(name));
            }
        });
        spec.cwd().ifPresent(cwd -> requireVisible(Token.aside(cwd)));
    }

    private static void requireSizes(SpawnSpec spec) {
        long total = length(spec.command());
        limit("command", length(spec.command()), MAX_COMMAND, 0);
        limit("number of arguments", spec.args().size(), MAX_ARGUMENTS, -1);
        limit("number of variables", spec.env().size(), MAX_VARIABLES, -1);
        for (int i = 0; i < spec.args().size(); i++) {
            long length = length(spec.args().get(i));
            limit("argument", length, MAX_ARGUMENT, i + 1);
            total += length;
        }
        for (Map.Entry<String, dev.ilura.Secret> variable : spec.env().entrySet()) {
            total += length(variable.getKey()) + length(variable.getValue().revealToItsOneUse());
        }
        limit("whole command line", total, MAX_TOTAL, -1);
    }

    private static long length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void limit(String what, long is, long most, int index) {
        if (is > most) {
            throw new Refusal(
                    "ILR-SPAWN-002",
                    "The " + what + " is " + is + ", more than the limit of " + most + ".",
                    new Token("", index),
                    "Shorten it; long input belongs in a file under the server's root.");
        }
    }

    private static void requireVisible(Token token) {
        if (!isVisible(token.text())) {
            throw invisible(token);
        }
    }

    private static Refusal invisible(Token token) {
        return new Refusal(
                "ILR-SPAWN-001",
                "The text has characters that cannot be seen, or that look like others.",
                token,
                "Write it with plain characters, without line breaks.");
    }

    static boolean isVisible(String text) {
        return text.codePoints().allMatch(TextGate::isVisible) && Normalizer.isNormalized(text, Normalizer.Form.NFC);
    }

    private static boolean isVisible(int c) {
        return VisibleText.isPlain(c);
    }

    private static void requireAscii(Token token) {
        if (!token.text().chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            throw new Refusal(
                    "ILR-SPAWN-001",
                    "The command has characters outside ASCII, which can look like others.",
                    token,
                    "Register the program under an ASCII path.");
        }
    }
}

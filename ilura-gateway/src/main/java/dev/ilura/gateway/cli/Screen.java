package dev.ilura.gateway.cli;

import dev.ilura.json.JsonWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/** Where a command writes for people, or JSON for programs. Colours are there only on a terminal that wants them. */
final class Screen {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean coloured;

    Screen(PrintStream out, PrintStream err, boolean coloured) {
        this.out = out;
        this.err = err;
        this.coloured = coloured;
    }

    /** Standard output and error; {@code NO_COLOR} and a dumb terminal are honoured. */
    static Screen ofThisProcess() {
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        return new Screen(System.out, System.err, !dumb && Ansi.AUTO.enabled());
    }

    /** A result. */
    void line(String text) {
        out.println(text);
    }

    void blank() {
        out.println();
    }

    /** A result for programs: one JSON object on one line. */
    void json(Map<String, ?> object) {
        out.println(new String(JsonWriter.write(object), StandardCharsets.UTF_8));
    }

    /** What is said beside the result: notes, warnings, errors. */
    void aside(String text) {
        err.println(text);
    }

    String good(String text) {
        return paint("1;32", text);
    }

    String bad(String text) {
        return paint("1;31", text);
    }

    String careful(String text) {
        return paint("1;33", text);
    }

    String strong(String text) {
        return paint("1", text);
    }

    /** Something the reader can type. */
    String typed(String text) {
        return paint("36", text);
    }

    String faint(String text) {
        return paint("2", text);
    }

    boolean isColoured() {
        return coloured;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    private String paint(String style, String text) {
        return coloured ? "\u001b[" + style + "m" + text + "\u001b[0m" : text;
    }
}

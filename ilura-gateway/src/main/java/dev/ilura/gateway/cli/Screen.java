package dev.ilura.gateway.cli;

import dev.ilura.AuditRecord;
import dev.ilura.json.JsonWriter;
import java.io.Console;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** Where a command writes for people, or JSON for programs. Colours are there only on a terminal that wants them. */
final class Screen {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean coloured;
    private final boolean person;

    /**
     * @param coloured whether it may use colours
     * @param person whether somebody sits before it who can be asked
     */
    Screen(PrintStream out, PrintStream err, boolean coloured, boolean person) {
        this.out = out;
        this.err = err;
        this.coloured = coloured;
        this.person = person;
    }

    /** Standard output and error; {@code NO_COLOR} and a dumb terminal are honoured. */
    static Screen ofThisProcess() {
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        return new Screen(System.out, System.err, !dumb && Ansi.AUTO.enabled(), isTerminal(System.console()));
    }

    /** From Java 22 on there is a console without a terminal too, and it has to be asked. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null || Runtime.version().feature() < 22) {
            return console != null;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return false;
        }
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

    /** A record of the log for programs, as the log holds it, on one line. */
    void json(AuditRecord record) {
        out.println("{\"number\":" + record.number() + ",\"hash\":\"" + record.hash() + "\",\"record\":"
                + record.json().raw() + "}");
    }

    /** Where long work stands; on a terminal only, in place of what it said before. */
    void progress(String text) {
        if (person) {
            err.print("\r\u001b[K" + text);
            err.flush();
        }
    }

    /** As {@link #progress(String)}: a bar, where it is known how much there is to do. */
    void progress(long done, long all, String what) {
        int width = 30;
        int filled = all <= 0 ? 0 : (int) Math.min(width, done * width / all);
        String bar = "#".repeat(filled) + "-".repeat(width - filled);
        String share = all <= 0 ? "" : String.format(Locale.ROOT, "%3d %%  ", Math.min(100, done * 100 / all));
        progress(String.format(Locale.ROOT, "[%s] %s%,d of %,d %s", bar, share, done, all, what));
    }

    /** Takes the last {@link #progress} away. */
    void progressEnds() {
        progress("");
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

    /** A command of Ilura that the reader can type as it stands. */
    String typed(String arguments) {
        return paint("36", System.getProperty("ilura.command", "ilura") + " " + arguments);
    }

    String faint(String text) {
        return paint("2", text);
    }

    boolean hasPerson() {
        return person;
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

    /** For those who insist on a writer. */
    static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private String paint(String style, String text) {
        return coloured ? "\u001b[" + style + "m" + text + "\u001b[0m" : text;
    }
}

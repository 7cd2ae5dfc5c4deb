package dev.ilura.gateway.cli;

import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditReader;
import dev.ilura.audit.export.RecordView;
import dev.ilura.audit.verify.Verify;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ilura audit export}: the log for other systems. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Write the log for other systems, one JSON object per line, or as static files that any file server can"
                    + " publish (c2sp.org/tlog-tiles).",
            "Exports are views; only the log is evidence."
        })
final class AuditExportCommand implements Callable<Integer> {
    private static final String TILES = "tiles";
    private static final String VERIFIER = "ilura-verify.mjs";
    private static final long PROGRESS_EVERY = 10_000;

    private final Screen screen;

    @Spec
    private CommandSpec spec;

    @ArgGroup
    private @Nullable StateOption state;

    @Option(
            names = "--as",
            paramLabel = "FORM",
            defaultValue = "jsonl",
            description =
                    "ocsf (OCSF 1.9 events), otel (OpenTelemetry log records, OTLP JSON), jsonl (the records as they"
                            + " are; otherwise), tiles (a directory).")
    private String form;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "PATH",
            description = "File or directory to write; otherwise standard output.")
    private @Nullable Path out;

    @Option(names = "--since", paramLabel = "TIME", description = "Not before this time.")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", description = "Not after this time.")
    private @Nullable Instant until;

    @Option(names = "--from", paramLabel = "N", description = "From this record on.")
    private long from;

    @Option(
            names = "--verifier",
            description = "Give out " + VERIFIER + ", which checks evidence and logs with Node or a browser alone.")
    private boolean verifier;

    @Option(names = "--json", description = "Print one JSON object that says what was written; needs --out.")
    private boolean json;

    AuditExportCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (json && out == null) {
            throw new ParameterException(spec.commandLine(), "--json says what was written, so it needs --out.");
        }
        if (verifier) {
            giveVerifier();
            return Exit.FINE;
        }
        if (state == null) {
            throw new ParameterException(spec.commandLine(), "Whose log? Name --state DIR or --config FILE.");
        }
        Path directory = state.directory();
        AuditReader reader = AuditReader.open(directory);
        said(form.equals(TILES) ? tiles(reader) : lines(reader));
        return Exit.FINE;
    }

    private long tiles(AuditReader reader) {
        Path target = out;
        if (target == null) {
            throw new ParameterException(spec.commandLine(), "Tiles are many files; name a directory with --out.");
        }
        return reader.exportTiles(target);
    }

    private long lines(AuditReader reader) {
        String origin =
                reader.record(0).flatMap(genesis -> genesis.text("origin")).orElse("");
        RecordView view = RecordView.named(form, origin, Version.ofThisBuild())
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--as is ocsf, otel, jsonl or tiles, not \"" + form + "\"."));
        try (PrintStream to = stream()) {
            long written = 0;
            long size = reader.size();
            for (long number = Math.max(reader.oldest(), from); number < size; number++) {
                AuditRecord record = reader.record(number).filter(this::inTime).orElse(null);
                if (record != null) {
                    to.println(view.line(record));
                    written++;
                }
                if (number % PROGRESS_EVERY == 0 && out != null) {
                    screen.progress(number, size, "records");
                }
            }
            screen.progressEnds();
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean inTime(AuditRecord record) {
        return (since == null || !record.time().isBefore(since))
                && (until == null || !record.time().isAfter(until));
    }

    /** Standard output is flushed and not closed. */
    private PrintStream stream() throws IOException {
        Path file = out;
        return file != null
                ? new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)
                : new PrintStream(new Unclosed(screen.out()), false, StandardCharsets.UTF_8);
    }

    private void said(long records) {
        if (json) {
            screen.json(Map.of("as", form, "records", records, "path", String.valueOf(out)));
        } else if (out != null) {
            screen.line("   " + screen.good("written     ") + records + " records to " + out);
        }
    }

    private void giveVerifier() {
        try (InputStream in = Verify.class.getResourceAsStream(VERIFIER)) {
            if (in == null) {
                throw new IllegalStateException(VERIFIER + " is missing from this build");
            }
            byte[] script = in.readAllBytes();
            Path file = out;
            if (file == null) {
                screen.out().write(script);
                screen.out().flush();
            } else {
                Files.write(file, script);
                if (json) {
                    screen.json(Map.of("as", "verifier", "path", file.toString()));
                } else {
                    screen.line("   " + screen.good("written     ") + file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

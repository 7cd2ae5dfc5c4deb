package dev.ilura.gateway.cli;

import dev.ilura.audit.AuditReader;
import dev.ilura.audit.verify.EvidenceReport;
import dev.ilura.audit.verify.EvidenceVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ilura audit prove}: evidence that a third party can check without the log. */
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = {
            "Write evidence about a call that a third party can check without this log: its records and those that led"
                    + " to it, the verdict with its rule trace, who approved it, the tool as it was pinned, a proof of"
                    + " each record, the log's keys and its signed checkpoint.",
            "With --record, the proof of one record in the form c2sp.org/tlog-proof.",
            "Exit code: 1 if that cannot be proven."
        })
final class AuditProveCommand implements Callable<Integer> {
    private final Screen screen;

    @ArgGroup(multiplicity = "1")
    private StateOption state;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Write here and say what was written; otherwise the evidence itself is printed.")
    private @Nullable Path out;

    @Option(names = "--record", description = "CALL is the number of one record.")
    private boolean record;

    @Option(names = "--json", description = "Print one JSON object that holds the evidence and what it says.")
    private boolean json;

    @Parameters(paramLabel = "CALL", description = "The call's id, or with --record a record's number.")
    private String call;

    AuditProveCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        AuditReader reader = AuditReader.open(state.directory());
        try {
            String evidence = record ? reader.proof(number()) : reader.prove(call);
            show(evidence);
            return Exit.FINE;
        } catch (dev.ilura.IluraException e) {
            if (!e.code().equals("ILR-AUDIT-011")) {
                throw e;
            }
            screen.aside(screen.bad(e.code()) + ": " + e.what());
            return Exit.FINDING;
        }
    }

    private long number() {
        return call.matches("[0-9]{1,18}") ? Long.parseLong(call) : -1;
    }

    private void show(String evidence) {
        Path file = out;
        if (file != null) {
            write(file, evidence);
        }
        if (json) {
            screen.json(asJson(evidence));
        } else if (file == null) {
            screen.out().print(evidence);
            screen.out().flush();
        } else {
            said(evidence, file);
        }
    }

    private static void write(Path file, String evidence) {
        try {
            Files.writeString(file, evidence, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> asJson(String evidence) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("call", call);
        if (out == null) {
            object.put("evidence", evidence);
        } else {
            object.put("file", out.toString());
        }
        if (!record) {
            EvidenceReport report = EvidenceVerifier.trustingTheBundlesKeys().verify(evidence);
            object.put("sound", report.isSound());
            object.put("log", report.origin());
            object.put("statements", report.statements());
        }
        return object;
    }

    private void said(String evidence, Path file) {
        screen.line("   " + screen.good("written     ") + file);
        if (!record) {
            EvidenceVerifier.trustingTheBundlesKeys()
                    .verify(evidence)
                    .statements()
                    .forEach(statement -> screen.line(
                            "   " + screen.faint("says        ") + dev.ilura.text.VisibleText.oneLine(statement)));
        }
        screen.line("   " + screen.faint("check it    ") + "java -cp ilura-audit.jar dev.ilura.audit.verify.Verify "
                + file);
        screen.line("   " + screen.faint("or          ") + "node ilura-verify.mjs " + file + "   (the file: "
                + screen.typed("audit export --verifier") + ")");
    }
}

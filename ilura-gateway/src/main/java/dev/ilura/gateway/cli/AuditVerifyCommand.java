package dev.ilura.gateway.cli;

import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ilura audit verify}: the whole log, from its files alone. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Check the whole log: every record, the chain between them, and every signature.",
            "Exit code: 0 sound, 1 not sound."
        })
final class AuditVerifyCommand implements Callable<Integer> {
    private final Screen screen;

    @ArgGroup(multiplicity = "1")
    private StateOption state;

    @Option(
            names = "--key",
            paramLabel = "SHA256",
            description = "Demand that the log is signed with this key, known from elsewhere.")
    private List<String> keys = List.of();

    @Option(
            names = "--anchor",
            paramLabel = "FILE",
            description = "Demand that the log continues this checkpoint, which was kept outside.")
    private List<Path> anchors = List.of();

    @Option(
            names = "--witness",
            paramLabel = "KEY",
            description = "Believe what this witness cosigned (name+id+base64); the log keeps its cosignatures.")
    private List<String> witnesses = List.of();

    @Option(
            names = "--tsa",
            paramLabel = "FILE",
            description = "Certificates of time stamping authorities (PEM); the log keeps their time stamps.")
    private @Nullable Path authorities;

    @Option(
            names = "--anchored-by",
            paramLabel = "DIR",
            description = "The log of another gateway, whose records remember this one. Verify that one too.")
    private List<Path> others = List.of();

    @Option(
            names = "--last-signature",
            description = "Check the signature of the last batch only, which covers the others.")
    private boolean lastSignature;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    AuditVerifyCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        Path directory = state.directory();
        VerificationReport report = AuditTexts.report(verifier(directory), directory);
        screen.progressEnds();
        if (json) {
            screen.json(asJson(report));
        } else {
            new AuditTexts(screen).print(report);
        }
        return report.isSound() ? Exit.FINE : Exit.FINDING;
    }

    private LogVerifier verifier(Path directory) {
        AnchorOptions outside = new AnchorOptions(anchors, witnesses, authorities, others);
        long size = AnchorOptions.claimedSize(directory);
        LogVerifier verifier =
                LogVerifier.of(directory).progress(count -> screen.progress(count, Math.max(size, count), "records"));
        keys.forEach(verifier::pinned);
        outside.apply(verifier, directory, state.anchors());
        return lastSignature ? verifier.lastSignatureOnly() : verifier;
    }

    private static Map<String, Object> asJson(VerificationReport report) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("sound", report.isSound());
        object.put("log", report.origin());
        object.put("records", report.records());
        object.put("batches", report.batches());
        object.put("signatures", report.signatures());
        object.put("head", report.head());
        object.put("keys", report.keys());
        object.put(
                "findings",
                report.findings().stream().map(AuditVerifyCommand::asJson).toList());
        object.put("notes", report.notes());
        object.put("unproven", report.unproven());
        return object;
    }

    private static Map<String, Object> asJson(VerificationReport.Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        finding.record().ifPresent(number -> object.put("record", number));
        object.put("what", finding.what());
        return object;
    }
}

package dev.ilura.gateway.cli;

import dev.ilura.AuditRecord;
import dev.ilura.IluraException;
import dev.ilura.audit.AuditReader;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the log says, for people. */
final class AuditTexts {
    private final Screen screen;
    private final RecordText records;

    AuditTexts(Screen screen) {
        this.screen = screen;
        this.records = new RecordText(screen, ZoneId.systemDefault());
    }

    /** Checks the log of a state directory, says in short how it stands, and gives whether it is sound. */
    boolean verify(Path stateDir) {
        VerificationReport report = report(LogVerifier.of(stateDir), stateDir);
        printVerdict(report);
        return report.isSound();
    }

    static VerificationReport report(LogVerifier verifier, Path stateDir) {
        try {
            VerificationReport report = verifier.verify();
            if (report.records() == 0 && report.isSound()) {
                // Nothing at all is not wrong, but whoever mistypes a directory must not read that his log is sound.
                throw unreadable("There is no log in " + stateDir + ".", null);
            }
            return report;
        } catch (IOException e) {
            throw unreadable("The log in " + stateDir + " cannot be read: " + e + ".", e);
        }
    }

    private static IluraException unreadable(String what, @Nullable IOException cause) {
        return new IluraException(
                "ILR-CONF-008", what, "Name the state directory of a gateway, and read it as its owner.", cause);
    }

    /** The whole report. */
    void print(VerificationReport report) {
        printVerdict(report);
        report.notes().forEach(note -> row("note", note));
        row("log", report.origin());
        row("head", report.records() + ":" + report.head());
        report.keys().forEach(key -> row("key", key));
        report.unproven().forEach(gap -> row("not proven", gap));
    }

    private void printVerdict(VerificationReport report) {
        String verdict = report.isSound() ? screen.good("sound       ") : screen.bad("NOT SOUND   ");
        screen.line("   " + verdict + report.records() + " records in " + report.batches() + " signed batches, "
                + report.signatures() + " signatures valid");
        report.findings()
                .forEach(finding -> screen.line("   " + screen.bad("wrong       ") + shown(finding.toString())));
    }

    private void row(String label, String text) {
        screen.line("   " + screen.faint(String.format(Locale.ROOT, "%-12s", label)) + shown(text));
    }

    /** Shows what led to a call and what it led to, and says whether the log knows the call. */
    boolean trace(Path stateDir, String call) {
        AuditReader reader = AuditReader.open(stateDir);
        List<AuditRecord> causes = reader.trace(call);
        if (causes.isEmpty()) {
            screen.line("   " + screen.bad("not found") + "   The log has no call " + shown(call) + ".");
            return false;
        }
        List<AuditRecord> all = new ArrayList<>(causes);
        all.addAll(reader.effects(call));
        new CallTree(screen, records, all).print("   ");
        return true;
    }

    private static String shown(String text) {
        return VisibleText.oneLine(text);
    }
}

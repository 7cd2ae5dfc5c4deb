package dev.ilura.gateway.cli;

import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ilura audit trace}: what led to a call. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "Show what led to a call, cause first, and what it led to.",
            "Exit code: 1 if the log has no such call."
        })
final class AuditTraceCommand implements Callable<Integer> {
    private final Screen screen;

    @ArgGroup(multiplicity = "1")
    private StateOption state;

    @Option(names = "--json", description = "Print one JSON object per record.")
    private boolean json;

    @Parameters(paramLabel = "CALL", description = "The call's id.")
    private String call;

    AuditTraceCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        if (!json) {
            return new AuditTexts(screen).trace(state.directory(), call) ? Exit.FINE : Exit.FINDING;
        }
        AuditReader reader = AuditReader.open(state.directory());
        List<AuditRecord> records = new ArrayList<>(reader.trace(call));
        records.addAll(reader.effects(call));
        records.forEach(screen::json);
        return records.isEmpty() ? Exit.FINDING : Exit.FINE;
    }
}

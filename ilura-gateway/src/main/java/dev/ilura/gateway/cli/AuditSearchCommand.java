package dev.ilura.gateway.cli;

import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditReader;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ilura audit search}: records by what they say. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description = {
            "Show the newest records that have all the given values, oldest first. A call, session, tool, server,",
            "commitment to arguments or time is looked up in the index; anything else reads the log from its end.",
            "Exit code: 1 if there is none."
        })
final class AuditSearchCommand implements Callable<Integer> {
    private final Screen screen;

    @ArgGroup(multiplicity = "1")
    private StateOption state;

    @Option(
            names = {"-w", "--where"},
            paramLabel = "NAME=VALUE",
            description = "A member of the record and its value, such as server=files, tool=read_file, type=decision,"
                    + " decision=deny, code=ILR-POLICY-101, session=... May be given several times.")
    private Map<String, String> where = new HashMap<>();

    @Option(names = "--tool", paramLabel = "[SERVER/]TOOL", description = "Of this tool.")
    private @Nullable String tool;

    @Option(names = "--server", paramLabel = "NAME", description = "Of this server.")
    private @Nullable String server;

    @Option(names = "--session", paramLabel = "ID", description = "Of this session.")
    private @Nullable String session;

    @Option(
            names = "--args",
            paramLabel = "HASH",
            description = "With these arguments: the SHA-256 (hex) that a ticket names, or the commitment in a record.")
    private @Nullable String arguments;

    @Option(names = "--since", paramLabel = "TIME", description = "Not before this time, such as 2026-11-22T19:00:00Z.")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", description = "Not after this time.")
    private @Nullable Instant until;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "At most so many; 100 otherwise.")
    private int limit;

    @Option(names = "--json", description = "Print one JSON object per record.")
    private boolean json;

    AuditSearchCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        List<AuditRecord> found = new RecordSearch(AuditReader.open(state.directory()), wanted())
                .between(since, until)
                .newest(limit, this::matches);
        RecordText text = new RecordText(screen, ZoneId.systemDefault());
        found.forEach(record -> {
            if (json) {
                screen.json(record);
            } else {
                screen.line(text.line(record));
            }
        });
        return found.isEmpty() ? Exit.FINDING : Exit.FINE;
    }

    private Map<String, String> wanted() {
        Map<String, String> wanted = new TreeMap<>(where);
        put(wanted, "session", session);
        put(wanted, "server", server);
        String target = tool;
        if (target != null) {
            int slash = target.indexOf('/');
            put(wanted, "tool", target.substring(slash + 1));
            put(wanted, "server", slash > 0 ? target.substring(0, slash) : null);
        }
        boolean isCommitment = arguments != null && !arguments.matches("[0-9a-f]{64}");
        put(wanted, "argsC", isCommitment ? arguments : null);
        return wanted;
    }

    private static void put(Map<String, String> wanted, String member, @Nullable String value) {
        if (value != null) {
            wanted.putIfAbsent(member, value);
        }
    }

    private boolean matches(AuditRecord record) {
        return (since == null || !record.time().isBefore(since))
                && (until == null || !record.time().isAfter(until))
                && named(record)
                && (arguments == null || hasArguments(record, arguments))
                && where.entrySet().stream()
                        .allMatch(wanted -> value(record, wanted.getKey()).equals(wanted.getValue()));
    }

    private boolean named(AuditRecord record) {
        String target = tool;
        if (target != null) {
            int slash = target.indexOf('/');
            boolean sameTool = is(record, "tool", target.substring(slash + 1));
            if (!sameTool || (slash > 0 && !is(record, "server", target.substring(0, slash)))) {
                return false;
            }
        }
        return is(record, "server", server) && is(record, "session", session);
    }

    private static boolean is(AuditRecord record, String member, @Nullable String wanted) {
        return wanted == null || record.text(member).filter(wanted::equals).isPresent();
    }

    /** Records hold a salted commitment, which nobody can guess; tickets hold the plain hash. */
    private static boolean hasArguments(AuditRecord record, String hash) {
        return record.text("argsC").filter(hash::equals).isPresent()
                || record.text("ticketJson")
                        .filter(ticket -> ticket.contains("\"argsSha256\":\"" + hash + "\""))
                        .isPresent();
    }

    private static String value(AuditRecord record, String member) {
        return record.text(member)
                .orElseGet(() ->
                        record.json().member(member).map(found -> found.raw()).orElse(""));
    }
}

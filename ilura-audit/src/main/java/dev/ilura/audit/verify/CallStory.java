package dev.ilura.audit.verify;

import dev.ilura.audit.format.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What proven records say about calls, checked for whether they fit together: no dispatch on an approval that is not there,
 * no ticket for another tool, no definition of a tool that was not pinned. Sees records in the order of the log.
 */
final class CallStory {
    private final List<String> statements = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    /** By call: the ticket that a human agreed to. */
    private final Map<String, String> agreed = new HashMap<>();

    private final Map<String, String> toolOfCall = new HashMap<>();

    void record(long number, Map<String, Object> record) {
        try {
            switch (text(record, "type")) {
                case "decision" -> decision(record);
                case "approval" -> approval(record);
                case "dispatch" -> dispatch(record);
                case "outcome" -> outcome(record);
                case "inventory" -> inventory(record);
                default -> {
                    // nothing that a call depends on
                }
            }
            sameTool(record);
        } catch (IllegalArgumentException e) {
            findings.add("record " + number + ": " + e.getMessage());
        }
    }

    List<String> statements() {
        return statements;
    }

    List<String> findings() {
        return findings;
    }

    private void decision(Map<String, Object> record) {
        String verdict = text(record, "decision").equals("deny") ? "denied" : "to be asked";
        say(record, verdict + because(record));
        text(record, "ruleTrace").lines().forEach(line -> statements.add("  rule trace: " + line));
    }

    private static String because(Map<String, Object> record) {
        StringBuilder out = new StringBuilder();
        for (String name : List.of("code", "rule", "why")) {
            if (record.containsKey(name)) {
                out.append(out.length() == 0 ? ": " : ", ").append(text(record, name));
            }
        }
        return out.toString();
    }

    private void approval(Map<String, Object> record) {
        if ("expired".equals(record.get("answer"))) {
            agreed.remove(text(record, "call"));
            say(record, "not approved, the question expired" + because(record));
            return;
        }
        for (String statement : new TicketCheck(record).statements()) {
            say(record, statement);
        }
        if ("yes".equals(record.get("answer"))) {
            agreed.put(text(record, "call"), text(record, "ticket"));
        }
    }

    private void dispatch(Map<String, Object> record) {
        String call = text(record, "call");
        if ("approved".equals(record.get("decision"))) {
            String ticket = agreed.remove(call);
            if (ticket == null || !ticket.equals(record.get("ticket"))) {
                throw new IllegalArgumentException("the call was sent on an approval that is not proven");
            }
        }
        say(record, "sent to the server, " + text(record, "decision") + because(record));
    }

    private void outcome(Map<String, Object> record) {
        say(record, "outcome " + text(record, "outcome") + because(record));
    }

    private void inventory(Map<String, Object> record) {
        if (record.get("definition") instanceof String definition) {
            String digest = HexFormat.of().formatHex(Sha256.of(definition.getBytes(StandardCharsets.UTF_8)));
            if (!digest.equals(record.get("toolDigest"))) {
                throw new IllegalArgumentException("the tool's definition does not have the digest that was pinned");
            }
            statements.add("tool " + text(record, "server") + "/" + text(record, "tool") + " as pinned: " + definition);
        }
    }

    /** All records of one call are about one definition of its tool. */
    private void sameTool(Map<String, Object> record) {
        if (record.get("call") instanceof String call && record.get("toolDigest") instanceof String digest) {
            String before = toolOfCall.putIfAbsent(call, digest);
            if (before != null && !before.equals(digest)) {
                throw new IllegalArgumentException("the tool is not the one that the call was judged with");
            }
        }
    }

    private void say(Map<String, Object> record, String what) {
        statements.add("call " + text(record, "call") + ": " + what);
    }

    private static String text(Map<String, Object> record, String name) {
        return record.get(name) instanceof String text ? text : "";
    }
}

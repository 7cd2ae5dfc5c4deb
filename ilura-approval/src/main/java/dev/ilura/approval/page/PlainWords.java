package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import dev.ilura.RuleRef;
import dev.ilura.json.JsonValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What would happen, in a sentence that says only what is certain, and what the tool's name suggests as no more than
 * that. A name that sounds harmless suggests nothing: whoever names a tool may lie.
 */
final class PlainWords {
    private static final Map<String, Set<String>> SUGGESTIONS = suggestions();

    private PlainWords() {}

    static String of(ApprovalTicket ticket) {
        if (ticket.rule().equals(RuleRef.START)) {
            return "The program of this server would be started, as shown below.";
        }
        JsonValue arguments = ticket.call().arguments().json();
        int values = arguments.members().size();
        String size =
                String.format(Locale.ROOT, "%,d", arguments.length()) + (arguments.length() == 1 ? " byte" : " bytes");
        String sent = values == 0
                ? "This tool would be called without arguments."
                : "This tool would be called with " + values + (values == 1 ? " value, " : " values, ") + size
                        + " in all.";
        return sent
                + suggestion(ticket.call().tool().name())
                        .map(what -> " By its name it " + what + ".")
                        .orElse("");
    }

    private static Optional<String> suggestion(String tool) {
        List<String> words = Arrays.asList(tool.replaceAll("([a-z])([A-Z])", "$1 $2")
                .toLowerCase(Locale.ROOT)
                .split("[^a-z]+"));
        return SUGGESTIONS.entrySet().stream()
                .filter(entry -> words.stream().anyMatch(entry.getValue()::contains))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Map<String, Set<String>> suggestions() {
        Map<String, Set<String>> words = new LinkedHashMap<>();
        words.put(
                "deletes something",
                Set.of("delete", "remove", "rm", "drop", "erase", "purge", "truncate", "destroy", "clear", "wipe"));
        words.put("runs something", Set.of("run", "exec", "execute", "shell", "eval", "spawn", "bash", "command"));
        words.put(
                "sends something out",
                Set.of("send", "post", "publish", "mail", "email", "transfer", "pay", "upload", "push", "share"));
        words.put(
                "changes something",
                Set.of(
                        "write", "create", "edit", "update", "move", "rename", "set", "put", "append", "insert",
                        "patch"));
        return words;
    }
}

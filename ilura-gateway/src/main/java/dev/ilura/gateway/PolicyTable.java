package dev.ilura.gateway;

import dev.ilura.Decision;
import dev.ilura.IluraException;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** A table of calls and what a policy has to say to them. */
public final class PolicyTable {
    private PolicyTable() {}

    /**
     * Reads {@code [[test]]} tables.
     *
     * @throws IluraException ILR-CONF-010 if the file cannot be read, is no TOML, or a row says too little
     */
    public static List<Row> read(Path file) {
        TomlParseResult parsed;
        try {
            parsed = Toml.parse(Files.readString(file));
        } catch (IOException e) {
            throw wrong(file, "it cannot be read: " + e.getMessage());
        }
        if (parsed.hasErrors()) {
            throw wrong(file, "it is no TOML: " + parsed.errors().get(0));
        }
        TomlArray tests = parsed.isArray("test") ? parsed.getArray("test") : null;
        if (tests == null || tests.isEmpty()) {
            throw wrong(file, "it has no [[test]]");
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < tests.size(); i++) {
            rows.add(row(file, tests.getTable(i), i + 1));
        }
        return List.copyOf(rows);
    }

    private static Row row(Path file, TomlTable table, int number) {
        String call = text(table, "call").orElse("");
        String expect = text(table, "expect").orElse("");
        int slash = call.indexOf('/');
        if (slash < 1 || !expect.matches("allow|deny|ask( (medium|high|critical))?")) {
            throw wrong(
                    file,
                    "test " + number
                            + " needs call = \"server/tool\" and expect = \"allow\", \"ask\", \"ask high\" or \"deny\"");
        }
        for (String key : table.keySet()) {
            if (!List.of("name", "call", "arguments", "expect", "rule", "code", "session")
                    .contains(key)) {
                throw wrong(file, "test " + number + " has a key \"" + key + "\" that nobody knows");
            }
        }
        TomlTable arguments = table.isTable("arguments") ? table.getTable("arguments") : null;
        return new Row(
                number,
                text(table, "name").orElse("test " + number),
                call.substring(0, slash),
                call.substring(slash + 1),
                arguments == null ? Map.of() : members(arguments),
                expect,
                text(table, "rule"),
                text(table, "code"),
                text(table, "session"));
    }

    private static Map<String, ?> members(TomlTable table) {
        Map<String, Object> members = new LinkedHashMap<>();
        JsonValue.parse(table.toJson()).members().forEach((name, value) -> members.put(name, value.toJava()));
        return members;
    }

    private static Optional<String> text(TomlTable table, String key) {
        return table.isString(key) ? Optional.ofNullable(table.getString(key)) : Optional.empty();
    }

    private static IluraException wrong(Path file, @Nullable String why) {
        return new IluraException(
                "ILR-CONF-010",
                "The table " + file + " cannot be used: " + why + ".",
                "Write [[test]] with call, arguments and expect; see ilura policy test --help.");
    }

    /**
     * One call and what has to become of it.
     *
     * @param expect {@code allow}, {@code deny}, {@code ask}, or {@code ask} and a lane
     * @param rule the name of the rule that has to decide it, if that matters
     * @param code the code of the denial, if that matters
     * @param session calls of one session are decided one after another; each has its own otherwise
     */
    public record Row(
            int number,
            String name,
            String server,
            String tool,
            Map<String, ?> arguments,
            String expect,
            Optional<String> rule,
            Optional<String> code,
            Optional<String> session) {

        /** What it expects, in words. */
        public String expectation() {
            return expect
                    + rule.map(name -> " by " + name).orElse("")
                    + code.map(wanted -> " with " + wanted).orElse("");
        }

        /** Whether a decision is that. */
        public boolean accepts(Decision decision) {
            boolean verdict = decision instanceof Decision.Ask ask
                    ? expect.equals("ask") || expect.equals("ask " + ask.lane().label())
                    : expect.equals(decision instanceof Decision.Allow ? "allow" : "deny");
            boolean byRule = rule.isEmpty() || rule.get().equals(decision.rule().id());
            boolean withCode = code.isEmpty()
                    || (decision instanceof Decision.Deny deny && deny.code().equals(code.get()));
            return verdict && byRule && withCode;
        }
    }
}

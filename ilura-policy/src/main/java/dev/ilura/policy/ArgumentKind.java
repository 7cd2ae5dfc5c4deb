package dev.ilura.policy;

import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.internal.ToolEffect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an argument probably is, by its name and schema: the proposal of a condition, which a person confirms by writing
 * it down. A proposal decides nothing by itself.
 */
public enum ArgumentKind {
    /** Names a place in a file system. */
    PATH("{ inside = \"roots\" }"),
    /** Names something on a network. */
    URL("{ type = \"url\", hosts = [\"*\"] }"),
    /** A statement for a database. */
    SQL("{ type = \"sql\", dialect = \"postgres\" }"),
    /** A line for a shell. */
    COMMAND("{ type = \"command\", starts_with = [\"git status\"] }"),
    /** The name of a commit or branch. */
    REVISION("{ type = \"ref\" }"),
    /** A sum of money. */
    MONEY("{ type = \"money\", limit = \"100.00\", per = \"24h\" }"),
    /** Text that goes to other people or places. */
    OUTGOING("{ type = \"secret\" }"),
    /** Nothing that a condition would be proposed for. */
    OTHER("");

    private static final Set<String> PATHS = Set.of(
            "path",
            "paths",
            "file",
            "files",
            "filepath",
            "filename",
            "dir",
            "directory",
            "folder",
            "source",
            "destination",
            "src",
            "dst",
            "dest",
            "cwd",
            "root",
            "workdir");
    private static final Set<String> ENDS =
            Set.of("from", "to", "old", "new", "target", "output", "input", "location", "where", "link");
    private static final Set<String> FILE_WORDS = Set.of("file", "files", "directory", "dir", "folder", "path", "fs");
    private static final Set<String> URLS = Set.of("url", "urls", "uri", "uris", "link", "href", "endpoint", "webhook");
    private static final Set<String> COMMANDS = Set.of("command", "cmd", "shell", "commandline", "script", "args");
    private static final Set<String> REVISIONS =
            Set.of("ref", "branch", "commit", "revision", "rev", "sha", "tag", "base", "head");
    private static final Set<String> MONIES = Set.of("amount", "price", "total", "cost", "sum", "budget");
    private static final Set<String> TEXTS =
            Set.of("body", "text", "message", "content", "title", "comment", "subject", "description", "html");
    private static final Set<String> OUTWARD = Set.of(
            "send", "post", "create", "publish", "reply", "comment", "upload", "push", "email", "mail", "tweet",
            "slack", "share", "notify");

    private final String condition;

    ArgumentKind(String condition) {
        this.condition = condition;
    }

    /** The condition to propose, as TOML; empty for {@link #OTHER}. */
    public String condition() {
        return condition;
    }

    /** The kinds of the arguments that a tool declares, in its order. */
    public static Map<String, ArgumentKind> of(Tool tool) {
        Map<String, ArgumentKind> kinds = new LinkedHashMap<>();
        tool.inputSchema()
                .flatMap(schema -> schema.member("properties"))
                .ifPresent(properties ->
                        properties.members().forEach((name, schema) -> kinds.put(name, of(tool.name(), name, schema))));
        return kinds;
    }

    /** The kind of an argument of which nothing is known but the name. */
    public static ArgumentKind of(String tool, String argument) {
        return of(tool, argument, JsonValue.parse("true"));
    }

    private static ArgumentKind of(String tool, String argument, JsonValue schema) {
        List<String> inTool = List.of(ToolEffect.words(tool));
        List<String> words = List.of(ToolEffect.words(argument));
        String last = words.isEmpty() ? "" : words.get(words.size() - 1);
        boolean text = !schema.isObject()
                || schema.member("type").filter(type -> !isText(type)).isEmpty();
        if (!text) {
            return MONIES.contains(last) ? MONEY : OTHER;
        }
        if (hasFormat(schema, "uri") || URLS.contains(last)) {
            return URL;
        }
        if (last.equals("sql") || (last.equals("query") && speaksSql(inTool))) {
            return SQL;
        }
        if (COMMANDS.contains(last)) {
            return COMMAND;
        }
        if (REVISIONS.contains(last) && inTool.contains("git")) {
            return REVISION;
        }
        if (PATHS.contains(last) || (ENDS.contains(last) && inTool.stream().anyMatch(FILE_WORDS::contains))) {
            return PATH;
        }
        return TEXTS.contains(last) && inTool.stream().anyMatch(OUTWARD::contains) ? OUTGOING : OTHER;
    }

    private static boolean isText(JsonValue type) {
        return (type.isString() && (type.text().equals("string") || type.text().equals("array")))
                || (type.isArray() && type.elements().stream().anyMatch(ArgumentKind::isText));
    }

    private static boolean hasFormat(JsonValue schema, String format) {
        return schema.member("format")
                .filter(JsonValue::isString)
                .filter(value -> value.text().equals(format))
                .isPresent();
    }

    private static boolean speaksSql(List<String> tool) {
        return tool.stream()
                .anyMatch(word -> Set.of("query", "sql", "postgres", "mysql", "sqlite", "db", "database")
                        .contains(word));
    }
}

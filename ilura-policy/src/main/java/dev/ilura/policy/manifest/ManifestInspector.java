package dev.ilura.policy.manifest;

import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.internal.ToolEffect;
import dev.ilura.policy.manifest.ManifestFinding.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks at manifests. Stateless and thread-safe; the same manifest always gives the same findings. */
public final class ManifestInspector {
    /** Names that say the tool changes something, clearly enough to call {@code readOnlyHint: true} a lie. */
    private static final Set<String> CHANGING = Set.of(
            "write",
            "delete",
            "remove",
            "drop",
            "execute",
            "exec",
            "shell",
            "create",
            "update",
            "edit",
            "send",
            "move",
            "kill",
            "install",
            "upload",
            "push",
            "insert",
            "purge",
            "rename",
            "destroy",
            "merge",
            "overwrite",
            "wipe",
            "format",
            "erase",
            "transfer",
            "pay",
            "grant",
            "revoke",
            "chmod",
            "deploy",
            "publish",
            "post",
            "put",
            "patch",
            "append",
            "save",
            "set",
            "truncate",
            "unlink",
            "mkdir",
            "rmdir",
            "rm",
            "run",
            "eval",
            "modify");

    /** What these change is their own note-taking. */
    private static final Set<String> HARMLESS =
            Set.of("search", "get", "list", "read", "view", "query", "preview", "status");

    /** A description that begins by saying that the tool changes something. */
    private static final Pattern CHANGES = Pattern.compile(
            "(?i)\\s*(permanently )?((deletes?|removes?|overwrites?|erases?|writes?|drops?|uploads?|installs?|transfers?|modif(y|ies)|sends?) (an?|the|some|any|all|your|to|text|data|file|files|email|message)\\b|(runs?|executes?) (any|arbitrary|a|the)? ?(shell|system|terminal|os) commands?\\b)");

    private ManifestInspector() {}

    /** Everything worth a look in one entry of a {@code tools/list} result. */
    public static List<ManifestFinding> inspect(Tool tool) {
        List<ManifestFinding> findings = new ArrayList<>(NameRules.tool(tool.name()));
        texts(tool.json(), "", findings);
        findings.addAll(ParameterRules.inspect(tool));
        contradiction(tool).ifPresent(findings::add);
        return List.copyOf(findings);
    }

    /** Everything worth a look in the {@code instructions} that a server sends when a session begins. */
    public static List<ManifestFinding> inspectInstructions(String instructions) {
        return List.copyOf(TextRules.inspect(instructions, "/instructions"));
    }

    /** Names of different servers' tools that are taken for one another. */
    public static List<ManifestFinding> collisions(Map<String, List<Tool>> toolsByServer) {
        return NameRules.collisions(toolsByServer);
    }

    /**
     * Every difference of meaning between two lists of one server: tools that came, went or changed, and in those that
     * changed, where. The order of tools and of keys means nothing.
     */
    public static List<ManifestFinding> drift(List<Tool> pinned, List<Tool> now) {
        return ManifestDiff.between(pinned, now);
    }

    private static void texts(JsonValue value, String place, List<ManifestFinding> findings) {
        if (value.isString()) {
            findings.addAll(TextRules.inspect(value.text(), place));
        }
        List<JsonValue> elements = value.elements();
        for (int i = 0; i < elements.size(); i++) {
            texts(elements.get(i), place + "/" + i, findings);
        }
        for (Map.Entry<String, JsonValue> member : value.members().entrySet()) {
            String inner = place + "/" + member.getKey().replace("~", "~0").replace("/", "~1");
            findings.addAll(NameRules.key(member.getKey(), inner));
            if (!inner.equals("/name")) {
                texts(member.getValue(), inner, findings);
                SentenceRules.inspect(member.getKey(), member.getValue(), inner).ifPresent(findings::add);
            }
        }
    }

    private static Optional<ManifestFinding> contradiction(Tool tool) {
        Optional<JsonValue> annotations = tool.json().member("annotations");
        boolean claimsReading = isTrue(annotations, "readOnlyHint");
        List<String> words = List.of(ToolEffect.words(tool.name()));
        boolean changes =
                words.stream().anyMatch(CHANGING::contains) && words.stream().noneMatch(HARMLESS::contains);
        boolean admits = CHANGES.matcher(tool.description().orElse("")).lookingAt();
        if (claimsReading && (changes || admits || isTrue(annotations, "destructiveHint"))) {
            return Optional.of(new ManifestFinding(
                    Kind.ANNOTATION,
                    "/annotations/readOnlyHint",
                    "claims to change nothing, while its name or another annotation says otherwise"));
        }
        return Optional.empty();
    }

    private static boolean isTrue(Optional<JsonValue> annotations, String hint) {
        return annotations
                .flatMap(all -> all.member(hint))
                .filter(JsonValue::isBoolean)
                .filter(JsonValue::flag)
                .isPresent();
    }
}

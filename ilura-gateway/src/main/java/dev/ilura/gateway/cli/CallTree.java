package dev.ilura.gateway.cli;

import dev.ilura.AuditRecord;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls drawn as a tree: below each one what happened to it, and the calls that it triggered. */
final class CallTree {
    private static final int DEEPEST = 40;

    private final Screen screen;
    private final RecordText text;
    private final Map<String, List<AuditRecord>> calls = new LinkedHashMap<>();
    private final Map<String, List<String>> effects = new LinkedHashMap<>();
    private final List<String> roots = new ArrayList<>();
    private final Set<String> drawn = new HashSet<>();

    CallTree(Screen screen, RecordText text, List<AuditRecord> records) {
        this.screen = screen;
        this.text = text;
        for (AuditRecord record : records) {
            calls.computeIfAbsent(record.text("call").orElse(""), first -> new ArrayList<>())
                    .add(record);
        }
        calls.forEach((call, steps) -> {
            String parent = steps.stream()
                    .flatMap(step -> step.text("parent").stream())
                    .findFirst()
                    .orElse("");
            if (calls.containsKey(parent) && !parent.equals(call)) {
                effects.computeIfAbsent(parent, first -> new ArrayList<>()).add(call);
            } else {
                roots.add(call);
            }
        });
        if (roots.isEmpty()) {
            // the causes go round in a circle; somewhere one has to begin
            roots.add(calls.keySet().iterator().next());
        }
    }

    void print(String indent) {
        roots.forEach(root -> print(root, null, indent, indent, 0));
    }

    /**
     * @param cause a record of the call that triggered this one
     * @param first what stands before the call's own line
     * @param rest what stands before the lines below it
     */
    private void print(String call, @Nullable AuditRecord cause, String first, String rest, int depth) {
        List<AuditRecord> steps = calls.getOrDefault(call, List.of());
        if (steps.isEmpty() || !drawn.add(call) || depth > DEEPEST) {
            return;
        }
        head(call, first, steps.get(0), cause);
        List<String> below = effects.getOrDefault(call, List.of());
        for (int i = 0; i < steps.size(); i++) {
            step(steps.get(i), rest, i == steps.size() - 1 && below.isEmpty());
        }
        undo(steps, rest);
        for (int i = 0; i < below.size(); i++) {
            boolean last = i == below.size() - 1;
            print(
                    below.get(i),
                    steps.get(0),
                    rest + (last ? "└─ " : "├─ ") + screen.faint("led to "),
                    rest + (last ? "   " : "│  "),
                    depth + 1);
        }
    }

    /** Day, session and principal are said where they begin and where they change. */
    private void head(String call, String indent, AuditRecord first, @Nullable AuditRecord cause) {
        List<String> about = new ArrayList<>();
        if (cause == null || !text.day(cause).equals(text.day(first))) {
            about.add(text.day(first));
        }
        about.add("call " + shown(call));
        for (String name : List.of("session", "principal")) {
            String value = first.text(name).orElse("?");
            if (cause == null || !cause.text(name).orElse("?").equals(value)) {
                about.add((name.equals("session") ? "session " : "by ") + shown(value));
            }
        }
        screen.line(indent + screen.strong(RecordText.target(first)) + "  " + screen.faint(String.join(", ", about)));
    }

    private void step(AuditRecord step, String indent, boolean last) {
        screen.line(indent + (last ? "└─" : "├─") + text.stepLine(step));
        step.text("ruleTrace")
                .ifPresent(trace -> trace.lines()
                        .forEach(line -> screen.line(
                                indent + (last ? "  " : "│ ") + screen.faint("          · " + shown(line)))));
    }

    private void undo(List<AuditRecord> steps, String indent) {
        steps.stream()
                .flatMap(step -> step.text("snapshot").stream())
                .findFirst()
                .ifPresent(snapshot -> screen.line(indent + "   "
                        + screen.faint(
                                "what was there before is kept; undo: ilura undo --config FILE " + shown(snapshot))));
    }

    private static String shown(String text) {
        return VisibleText.oneLine(text);
    }
}

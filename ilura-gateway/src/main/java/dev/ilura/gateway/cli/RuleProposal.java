package dev.ilura.gateway.cli;

import dev.ilura.RiskLane;
import dev.ilura.Tool;
import dev.ilura.policy.ArgumentKind;
import dev.ilura.policy.RiskTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rules that an operator could begin with, as TOML: tools of one lane whose arguments are of the same types together. */
final class RuleProposal {
    private final String server;
    private final List<Tool> tools;

    RuleProposal(String server, List<Tool> tools) {
        this.server = server;
        this.tools = List.copyOf(tools);
    }

    /** The lines, mildest rules first. */
    List<String> lines() {
        Map<Shape, List<String>> rules = new TreeMap<>();
        for (Tool tool : tools) {
            Map<String, String> where = new LinkedHashMap<>();
            ArgumentKind.of(tool).forEach((name, kind) -> {
                if (!kind.condition().isEmpty()) {
                    where.put(name, kind.condition());
                }
            });
            rules.computeIfAbsent(new Shape(RiskTable.lane(tool), where), first -> new ArrayList<>())
                    .add("\"" + server + "/" + tool.name() + "\"");
        }
        List<String> lines = new ArrayList<>();
        rules.forEach((shape, names) -> {
            lines.add("[[pods.default.rules]]");
            lines.add("tools    = [" + String.join(", ", names) + "]");
            lines.add(
                    shape.lane() == RiskLane.LOW
                            ? "decision = \"allow\""
                            : "decision = \"ask\"\nlane     = \"" + shape.lane().label() + "\"");
            shape.where().forEach((name, condition) -> lines.add("where." + key(name) + " = " + condition));
            lines.add("");
        });
        return lines.isEmpty() ? lines : lines.subList(0, lines.size() - 1);
    }

    private static String key(String name) {
        return name.matches("[A-Za-z0-9_-]+") ? name : "\"" + name + "\"";
    }

    private record Shape(RiskLane lane, Map<String, String> where) implements Comparable<Shape> {
        @Override
        public int compareTo(Shape other) {
            int byLane = lane.compareTo(other.lane);
            return byLane != 0 ? byLane : where.toString().compareTo(other.where.toString());
        }
    }
}

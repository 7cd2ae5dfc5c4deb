package dev.ilura.transport.stdio.spawn;

import java.util.Optional;
import java.util.TreeMap;

/** PROVISIONAL */
public final class SpawnValidator {
    private final SpawnRules rules;
    private final PathResolver paths;

    public SpawnValidator(SpawnRules rules, PathResolver paths) {
        this.rules = rules;
        this.paths = paths;
    }

    public SpawnVerdict judge(SpawnSpec spec) {
        Optional<String> program = program(spec.command());
        if (program.isEmpty()) {
            return new SpawnVerdict.Denied(
                    "ILR-SPAWN-003",
                    "This is neither a launcher nor a registered program.",
                    spec.command(),
                    0,
                    "Register it.");
        }
        for (int i = 0; i < spec.args().size(); i++) {
            String arg = spec.args().get(i);
            if (!arg.startsWith("-")) {
                break;
            }
            if (!arg.equals("-y") && !arg.startsWith("-Xm") && !arg.equals("-jar") && !arg.equals("-cp")) {
                return new SpawnVerdict.Denied(
                        "ILR-SPAWN-010",
                        "Nothing but the server itself may decide what runs.",
                        arg,
                        i + 1,
                        "Leave it out.");
            }
        }
        SpawnPlan plan = new SpawnPlan(
                spec.command(),
                program.get(),
                spec.args(),
                new java.util.TreeSet<>(spec.env().keySet()),
                spec.cwd(),
                spec.command(),
                new TreeMap<>());
        boolean inRoot =
                spec.args().stream().anyMatch(a -> rules.serverRoots().stream().anyMatch(r -> a.startsWith(r + "/")))
                        || rules.registered().containsKey(spec.command());
        return inRoot
                ? new SpawnVerdict.Allowed(plan)
                : new SpawnVerdict.Asked(plan, "ILR-SPAWN-100", "The code that would run is not pinned.");
    }

    private Optional<String> program(String command) {
        SpawnRules.Binary binary = rules.registered().get(command);
        if (binary != null) {
            return Optional.of(binary.path());
        }
        if (!rules.launchers().contains(command)) {
            return Optional.empty();
        }
        return rules.launcherDirs().stream()
                .map(dir -> dir + "/" + command)
                .filter(path -> paths.find(path).isFile())
                .findFirst();
    }
}

package dev.ilura.gateway.cli;

import dev.ilura.Decision;
import dev.ilura.Pod;
import dev.ilura.audit.AuditPayloads;
import dev.ilura.audit.AuditReader;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.text.VisibleText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ilura policy replay}: what a policy would have said to the calls in the log. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Decide the calls in the log anew by this configuration's policy, and show those that come out otherwise.",
            "Milder: let through, or asked less about, than it was. Stricter: the other way round. Nothing is called.",
            "The log is the one of the configuration unless --state names another. Calls whose arguments were not kept",
            "are decided only where the policy does not look at arguments. What earlier results did to a session",
            "(untrusted content, private data) is not replayed, since results are not read.",
            "Exit code: 1 if a decision comes out otherwise."
        })
final class PolicyReplayCommand implements Callable<Integer> {
    private static final int SHOWN = 160;

    private final Screen screen;

    @Mixin
    private PolicyOption policy;

    @Option(names = "--state", paramLabel = "DIR", description = "The state directory whose log has the calls.")
    private @Nullable Path state;

    PolicyReplayCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        GatewayConfig loaded = policy.load();
        Pod pod = policy.pod(loaded);
        Path directory = state == null ? loaded.stateDir() : state;
        RecordedCalls recorded = RecordedCalls.read(
                AuditReader.open(directory),
                AuditPayloads.of(directory),
                pod.name(),
                PolicyOption.pinned(loaded, pod),
                PolicyOption.roots(loaded, pod));
        RecordedCalls.Replay replay = recorded.replay(
                pod.policy(),
                (call, decision) -> PolicyOption.cautioned(PolicyOption.own(loaded, pod), call, decision));
        if (policy.json()) {
            replay.flips().forEach(flip -> screen.json(json(flip)));
            replay.skips()
                    .forEach(skip -> screen.json(Map.of(
                            "call", skip.call().id(), "target", skip.call().target(), "notReplayed", skip.why())));
            screen.json(Map.of(
                    "alike",
                    replay.alike(),
                    "otherwise",
                    replay.flips().size(),
                    "notReplayed",
                    replay.skips().size()));
        } else {
            print(pod, replay);
        }
        return replay.flips().isEmpty() ? Exit.FINE : Exit.FINDING;
    }

    private void print(Pod pod, RecordedCalls.Replay replay) {
        replay.flips().forEach(this::print);
        List<RecordedCalls.Flip> flips = replay.flips();
        long milder = flips.stream().filter(RecordedCalls.Flip::isMilder).count();
        if (!flips.isEmpty()) {
            screen.blank();
        }
        String verdict = flips.isEmpty()
                ? screen.good("No call would come out otherwise.")
                : screen.bad(calls(flips.size()) + " would come out otherwise:") + " " + milder + " milder, "
                        + (flips.size() - milder) + " stricter.";
        screen.line(verdict + " Decided anew: " + calls(replay.alike() + flips.size()) + " of pod " + pod.name() + ", "
                + replay.alike() + " as before.");
        skipped(replay.skips());
    }

    private void print(RecordedCalls.Flip flip) {
        screen.line((flip.isMilder() ? screen.bad("milder    ") : screen.careful("stricter  "))
                + screen.strong(VisibleText.oneLine(flip.call().target())) + " "
                + shown(flip.call().arguments().json().raw())
                + screen.faint("  (call " + VisibleText.oneLine(flip.call().id()) + ")"));
        screen.line("          was       " + VisibleText.oneLine(flip.was()));
        screen.line("          would be  " + DecisionText.plain(flip.now()) + " by "
                + flip.now().rule());
        String reason = DecisionText.reason(flip.now());
        if (!reason.isEmpty()) {
            screen.line("          because   " + reason);
        }
    }

    /** How many of which tool, by the reason, in the order of the log. */
    private void skipped(List<RecordedCalls.Skip> skips) {
        if (skips.isEmpty()) {
            return;
        }
        screen.line(calls(skips.size()) + " could not be decided anew:");
        Map<String, Map<String, Integer>> reasons = new LinkedHashMap<>();
        skips.forEach(skip -> reasons.computeIfAbsent(skip.why(), first -> new LinkedHashMap<>())
                .merge(skip.call().target(), 1, Integer::sum));
        reasons.forEach((why, targets) -> {
            screen.line("  because " + why);
            targets.forEach((target, count) -> screen.line("    " + count + " x " + VisibleText.oneLine(target)));
        });
        if (reasons.containsKey(RecordedCalls.COMMITTED)) {
            screen.line(screen.faint("  payloads = true in [audit] keeps the arguments of later calls, encrypted"));
        }
    }

    private static Map<String, Object> json(RecordedCalls.Flip flip) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("call", flip.call().id());
        object.put("target", flip.call().target());
        object.put("was", flip.was());
        object.put("milder", flip.isMilder());
        Decision now = flip.now();
        object.put("now", DecisionText.json(now));
        return object;
    }

    private static String calls(int count) {
        return count + (count == 1 ? " call" : " calls");
    }

    private static String shown(String arguments) {
        String visible = VisibleText.oneLine(arguments);
        return visible.length() <= SHOWN ? visible : visible.substring(0, SHOWN) + "...";
    }
}

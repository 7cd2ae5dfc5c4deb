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
            "The log is the one of the configuration unless --state names another. Calls whose arguments were not kept",
            "are decided only where the policy does not look at arguments.",
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
        RecordedCalls.Replay replay = recorded.replay(pod.policy());
        if (policy.json()) {
            replay.flips().forEach(flip -> screen.json(json(flip)));
            screen.json(Map.of(
                    "alike", replay.alike(), "otherwise", replay.flips().size(), "notReplayed", replay.skipped()));
        } else {
            print(pod, replay);
        }
        return replay.flips().isEmpty() ? Exit.FINE : Exit.FINDING;
    }

    private void print(Pod pod, RecordedCalls.Replay replay) {
        for (RecordedCalls.Flip flip : replay.flips()) {
            screen.line((flip.isMilder() ? screen.bad("milder    ") : screen.careful("stricter  "))
                    + screen.strong(VisibleText.oneLine(flip.call().target())) + " "
                    + shown(flip.call().arguments().json().raw()));
            screen.line("          was       " + VisibleText.oneLine(flip.was())
                    + screen.faint("  call " + VisibleText.oneLine(flip.call().id())));
            screen.line("          would be  " + DecisionText.plain(flip.now()) + " by "
                    + flip.now().rule());
            String reason = DecisionText.reason(flip.now());
            if (!reason.isEmpty()) {
                screen.line("          because   " + reason);
            }
        }
        List<RecordedCalls.Flip> flips = replay.flips();
        long milder = flips.stream().filter(RecordedCalls.Flip::isMilder).count();
        screen.line((flips.isEmpty() ? screen.good("alike     ") : screen.bad("differs   "))
                + (replay.alike() + flips.size()) + " recorded calls of pod " + pod.name() + " decided anew: "
                + replay.alike() + " alike, " + milder + " milder, " + (flips.size() - milder) + " stricter");
        if (replay.skipped() > 0) {
            screen.line(screen.faint("          " + replay.skipped()
                    + " more could not be: their arguments were not kept in the log (see docs/audit.md)"));
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

    private static String shown(String arguments) {
        String visible = VisibleText.oneLine(arguments);
        return visible.length() <= SHOWN ? visible : visible.substring(0, SHOWN) + "...";
    }
}

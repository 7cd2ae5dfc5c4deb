package dev.ilura.gateway.cli;

import dev.ilura.Arguments;
import dev.ilura.AuditRecord;
import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.audit.AuditPayloads;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.policy.Policies;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.PolicyEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** The calls that a log holds, with what was decided about them then. */
final class RecordedCalls {
    static final String COMMITTED = "the policy looks at arguments, and the log has only a commitment to theirs";

    private final List<Recorded> calls;

    private RecordedCalls(List<Recorded> calls) {
        this.calls = List.copyOf(calls);
    }

    /**
     * One call.
     *
     * @param strictness 0 allowed, 1 to 3 asked in a lane, 4 denied
     * @param without why its arguments are not known; empty if they are
     * @param byPolicy whether it was the policy that decided, not a missing tool or a quarantine
     */
    private record Recorded(ToolCall call, String was, int strictness, String without, boolean byPolicy) {
        boolean hasArguments() {
            return without.isEmpty();
        }
    }

    /** A call on which the policy of now says something else. */
    record Flip(ToolCall call, String was, int strictness, Decision now) {
        boolean isMilder() {
            return strictnessOf(now) < strictness;
        }
    }

    /** A call that cannot be decided anew, and why not. */
    record Skip(ToolCall call, String why) {}

    /** What came out. */
    record Replay(int alike, List<Flip> flips, List<Skip> skips) {}

    static RecordedCalls read(
            AuditTrail log,
            AuditPayloads payloads,
            String pod,
            Map<String, List<Tool>> pinned,
            Map<String, List<Path>> roots) {
        Map<String, AuditRecord> firsts = new LinkedHashMap<>();
        for (long number = 0; number < log.size(); number++) {
            log.record(number)
                    .filter(record ->
                            record.type().equals("dispatch") || record.type().equals("decision"))
                    .filter(record -> record.text("pod").equals(Optional.of(pod)))
                    .filter(record -> record.text("tool").isPresent())
                    .ifPresent(record -> record.text("call").ifPresent(call -> firsts.putIfAbsent(call, record)));
        }
        List<Recorded> calls = new ArrayList<>();
        firsts.forEach((id, record) -> calls.add(recorded(id, record, payloads, pinned, roots)));
        return new RecordedCalls(calls);
    }

    private static Recorded recorded(
            String id,
            AuditRecord record,
            AuditPayloads payloads,
            Map<String, List<Tool>> pinned,
            Map<String, List<Path>> roots) {
        String server = record.text("server").orElse("");
        String name = record.text("tool").orElse("");
        Tool tool = PolicyOption.find(pinned, server, name)
                .filter(known -> record.text("toolDigest").equals(Optional.of(known.digest())))
                .orElseGet(() -> Tool.named(name, JsonValue.of(Map.of("name", name))));
        Optional<Arguments> arguments = arguments(record, payloads);
        ToolCall call = ToolCall.to(server, tool)
                .id(id)
                .session(record.text("session").orElse("replay"))
                .pod(record.text("pod").orElse(""))
                .principal(record.text("principal").orElse("local"))
                .roots(roots.getOrDefault(server, List.of()))
                .arguments(arguments.orElseGet(Arguments::empty))
                .build();
        String without = arguments.isPresent() ? "" : without(record);
        String rule = record.text("rule")
                .map(text -> " by " + text.replaceFirst(" (.*)", " ($1)"))
                .orElse("");
        boolean dispatched = record.type().equals("dispatch");
        String decision = dispatched ? "allow" : record.text("decision").orElse("deny");
        String lane = record.text("lane").orElse("");
        String why = record.text("why")
                .map(text -> ": " + DecisionText.withoutRule(text, rule.replaceFirst("^ by ", "")))
                .orElse("");
        return switch (decision) {
            case "allow" -> new Recorded(call, "allowed" + rule, 0, without, true);
            case "ask" -> new Recorded(call, "asked about (lane " + lane + ")" + rule, ofLane(lane), without, true);
            default -> new Recorded(call, "denied" + rule + why, 4, without, isOfPolicy(record));
        };
    }

    private static Optional<Arguments> arguments(AuditRecord record, AuditPayloads payloads) {
        try {
            return payloads.read(record, "args")
                    .map(bytes -> Arguments.of(JsonValue.parse(bytes, JsonLimits.ARGUMENTS)));
        } catch (MalformedJsonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Names that do not exist and tools in quarantine are denied before the policy is asked; a new one changes nothing. */
    private static boolean isOfPolicy(AuditRecord record) {
        return record.text("code")
                .map(code -> !code.startsWith("ILR-") || code.matches("ILR-POLICY-[01].*"))
                .orElse(true);
    }

    private static String without(AuditRecord record) {
        if (record.integer("payloadAt").isPresent()) {
            return "the policy looks at arguments, and theirs can no longer be read: shredded, or without their key";
        }
        return record.text("argsC").isPresent()
                ? COMMITTED
                : "the policy looks at arguments, and the log has none of them";
    }

    private static int ofLane(String lane) {
        return switch (lane) {
            case "low" -> 0;
            case "high" -> 2;
            case "critical" -> 3;
            default -> 1;
        };
    }

    private static int strictnessOf(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return switch (ask.lane()) {
                case LOW -> 0;
                case MEDIUM -> 1;
                case HIGH -> 2;
                case CRITICAL -> 3;
            };
        }
        return decision instanceof Decision.Allow ? 0 : 4;
    }

    /** Decides all of them in their order, so that sessions and budgets come out as they would have. */
    Replay replay(PolicyEngine policy, BiFunction<ToolCall, Decision, Decision> caution) {
        int alike = 0;
        List<Flip> flips = new ArrayList<>();
        List<Skip> skips = new ArrayList<>();
        for (Recorded recorded : calls) {
            ToolCall call = recorded.call();
            boolean looks = Policies.rulesOf(policy)
                    .map(rules -> !rules.isAlwaysAlike(call.server(), call.tool()))
                    .orElse(true);
            if (!recorded.byPolicy()) {
                skips.add(new Skip(
                        call, "they were denied before the policy was asked: no such tool, or it is in quarantine"));
                continue;
            }
            if (!recorded.hasArguments() && looks) {
                skips.add(new Skip(call, recorded.without()));
                continue;
            }
            Decision now = caution.apply(call, decide(policy, call, recorded.hasArguments()));
            if (strictnessOf(now) == recorded.strictness()) {
                alike++;
            } else {
                flips.add(new Flip(call, recorded.was(), recorded.strictness(), now));
            }
        }
        return new Replay(alike, List.copyOf(flips), List.copyOf(skips));
    }

    private static Decision decide(PolicyEngine policy, ToolCall call, boolean whole) {
        Optional<Decision.Deny> invalid = whole ? policy.validate(call) : Optional.empty();
        Decision decision = invalid.isPresent() ? invalid.get() : policy.decide(call);
        policy.settle(
                call,
                decision instanceof Decision.Deny
                        ? PolicyEngine.Settlement.NOTHING_HAPPENED
                        : PolicyEngine.Settlement.HAPPENED);
        return decision;
    }
}

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

/** The calls that a log holds, with what was decided about them then. */
final class RecordedCalls {
    private final List<Recorded> calls;

    private RecordedCalls(List<Recorded> calls) {
        this.calls = List.copyOf(calls);
    }

    /**
     * One call.
     *
     * @param strictness 0 allowed, 1 to 3 asked in a lane, 4 denied
     * @param hasArguments whether its arguments were kept
     */
    private record Recorded(ToolCall call, String was, int strictness, boolean hasArguments) {}

    /** A call on which the policy of now says something else. */
    record Flip(ToolCall call, String was, int strictness, Decision now) {
        boolean isMilder() {
            return strictnessOf(now) < strictness;
        }
    }

    /** What came out. */
    record Replay(int alike, List<Flip> flips, int skipped) {}

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
        String rule = record.text("rule").map(text -> " by " + text).orElse("");
        boolean dispatched = record.type().equals("dispatch");
        String decision = dispatched ? "allow" : record.text("decision").orElse("deny");
        String lane = record.text("lane").orElse("");
        return switch (decision) {
            case "allow" -> new Recorded(call, "allowed" + rule, 0, arguments.isPresent());
            case "ask" -> new Recorded(call, "asked (" + lane + ")" + rule, ofLane(lane), arguments.isPresent());
            default ->
                new Recorded(
                        call,
                        "denied" + rule
                                + record.text("why").map(why -> ": " + why).orElse(""),
                        4,
                        arguments.isPresent());
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

    private static int ofLane(String lane) {
        return switch (lane) {
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
    Replay replay(PolicyEngine policy) {
        int alike = 0;
        int skipped = 0;
        List<Flip> flips = new ArrayList<>();
        for (Recorded recorded : calls) {
            ToolCall call = recorded.call();
            boolean looks = Policies.rulesOf(policy)
                    .map(rules -> !rules.isAlwaysAlike(call.server(), call.tool()))
                    .orElse(true);
            if (!recorded.hasArguments() && looks) {
                skipped++;
                continue;
            }
            Decision now = decide(policy, call, recorded.hasArguments());
            if (strictnessOf(now) == recorded.strictness()) {
                alike++;
            } else {
                flips.add(new Flip(call, recorded.was(), recorded.strictness(), now));
            }
        }
        return new Replay(alike, List.copyOf(flips), skipped);
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

package dev.ilura.adapter.cedar;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.json.Digests;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges calls by Cedar policies. A call is {@code Principal::"name"} doing {@code Action::"call"} on
 * {@code Tool::"server/tool"}, which is in {@code Server::"server"}; the context has {@code arguments} in the form in which
 * they will be sent, {@code pod} and {@code roots}. What no policy permits is denied, and so is a call over which a policy
 * cannot be evaluated: Cedar itself would skip a {@code forbid} that fails.
 *
 * <p>A {@code permit} with the annotation {@code @ask("medium" | "high" | "critical")} wants a human in that lane; if several
 * permit, the strictest lane holds. Absolute paths among the arguments are resolved before they are judged, and sent as
 * resolved; a text that climbs ({@code ..}) or hides a separator has no single reading and is denied.
 *
 * <p>Thread-safe. The policies are parsed once and kept in the native library.
 */
public final class CedarPolicy implements PolicyEngine {
    /** No policy permits the call, or one forbids it. */
    public static final String DENIED = "ILR-CEDAR-001";

    /** An argument has no single reading, or no form that Cedar knows. */
    public static final String UNCLEAR = "ILR-CEDAR-002";

    /** The policies could not be evaluated. */
    public static final String FAILED = "ILR-CEDAR-003";

    private static final EntityTypeName PRINCIPAL = type("Principal");
    private static final EntityTypeName TOOL = type("Tool");
    private static final EntityTypeName SERVER = type("Server");
    private static final EntityUID CALL = type("Action").of("call");

    private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
    private final PolicySet policies;
    private final Map<String, Named> named;
    private final String origin;
    private final String version;

    private CedarPolicy(PolicySet policies, Map<String, Named> named, String origin, String version) {
        this.policies = policies;
        this.named = named;
        this.origin = origin;
        this.version = version;
    }

    /** What a policy is called, and the lane it asks in. */
    private record Named(String name, Optional<RiskLane> lane) {}

    /**
     * Reads policies.
     *
     * @param text Cedar policies without templates; each may carry {@code @id("…")} and {@code @ask("…")}
     * @param origin where they stand, for messages
     * @throws IllegalArgumentException if they are no Cedar policies, or one asks in a lane that does not exist
     */
    public static CedarPolicy of(String text, String origin) {
        try {
            PolicySet policies = PolicySet.parsePolicies(text);
            if (!policies.templates.isEmpty()) {
                throw new IllegalArgumentException("templates are not supported");
            }
            Map<String, Named> named = new HashMap<>();
            for (Policy policy : policies.policies) {
                Map<String, String> annotations = policy.getAnnotations();
                String name = annotations.getOrDefault("id", policy.getID());
                named.put(policy.getID(), new Named(name, lane(annotations.get("ask"))));
            }
            policies.cache();
            return new CedarPolicy(policies, Map.copyOf(named), origin, Digests.sha256Hex("cedar 1\n" + text));
        } catch (InternalException | CacheException e) {
            throw new IllegalArgumentException(
                    "these are no Cedar policies: " + VisibleText.oneLine(String.valueOf(e.getMessage())), e);
        }
    }

    private static Optional<RiskLane> lane(@Nullable String ask) {
        if (ask == null) {
            return Optional.empty();
        }
        for (RiskLane lane : RiskLane.values()) {
            if (lane != RiskLane.LOW && lane.label().equals(ask)) {
                return Optional.of(lane);
            }
        }
        throw new IllegalArgumentException(
                "@ask(\"" + VisibleText.oneLine(ask) + "\") names no lane: write medium, high or critical");
    }

    private static EntityTypeName type(String name) {
        return EntityTypeName.parse(name).orElseThrow();
    }

    @Override
    public Decision decide(ToolCall call) {
        CanonicalArguments arguments;
        try {
            arguments = CanonicalArguments.of(call);
        } catch (UnclearArgumentException e) {
            return deny(UNCLEAR, e.pointer() + " " + e.why(), new RuleRef("cedar", origin));
        }
        try {
            AuthorizationResponse response = engine.isAuthorized(request(call, arguments), policies, entities(call));
            return response.success
                    .map(success -> answer(call, success, arguments))
                    .orElseGet(() -> deny(FAILED, "Cedar could not decide: " + response, new RuleRef("cedar", origin)));
        } catch (AuthException e) {
            return deny(FAILED, "Cedar could not decide: " + e.getMessage(), new RuleRef("cedar", origin));
        }
    }

    private static AuthorizationRequest request(ToolCall call, CanonicalArguments arguments) {
        Map<String, Value> context = new HashMap<>();
        context.put("arguments", arguments.record());
        context.put("pod", new PrimString(call.pod()));
        context.put("roots", CanonicalArguments.texts(call.roots()));
        return new AuthorizationRequest(PRINCIPAL.of(call.principal()), CALL, TOOL.of(call.target()), context);
    }

    private static Set<Entity> entities(ToolCall call) {
        EntityUID server = SERVER.of(call.server());
        return Set.of(new Entity(TOOL.of(call.target()), Set.of(server)), new Entity(server));
    }

    private Decision answer(ToolCall call, AuthorizationSuccessResponse success, CanonicalArguments arguments) {
        if (!success.getErrors().isEmpty()) {
            // the attack: an argument of another type, over which a forbid fails and is skipped
            String why = "a policy could not be evaluated: "
                    + success.getErrors().get(0).getError();
            return deny(FAILED, VisibleText.oneLine(why), new RuleRef("cedar", origin));
        }
        TreeMap<String, Named> determining = new TreeMap<>();
        success.getReason().forEach(id -> determining.put(id, named.getOrDefault(id, new Named(id, Optional.empty()))));
        TreeSet<String> names = new TreeSet<>();
        determining.values().forEach(policy -> names.add(policy.name()));
        RuleRef rule = names.isEmpty() ? RuleRef.NO_MATCH : new RuleRef(String.join("+", names), origin);
        if (!success.isAllowed()) {
            String why = names.isEmpty()
                    ? "no Cedar policy permits " + call.target()
                    : call.target() + " is forbidden by Cedar policy " + names;
            return deny(DENIED, why, rule);
        }
        List<String> trace = new ArrayList<>(List.of("Cedar permits " + call.target() + " by " + names));
        Decision.Terms terms = new Decision.Terms(false, false, arguments.rewrites());
        Optional<RiskLane> lane = strictest(determining);
        if (lane.isPresent()) {
            trace.add("asked in lane " + lane.get().label());
            String why = call.target() + " needs a human in lane " + lane.get().label() + ", Cedar policy " + names;
            return new Decision.Ask(rule, lane.get(), why, terms, trace);
        }
        return new Decision.Allow(rule, terms, trace);
    }

    private static Optional<RiskLane> strictest(Map<String, Named> policies) {
        return policies.values().stream()
                .map(Named::lane)
                .flatMap(Optional::stream)
                .max(RiskLane::compareTo);
    }

    private static Decision.Deny deny(String code, String why, RuleRef rule) {
        return new Decision.Deny(rule, code, why, List.of("denied: " + why));
    }

    @Override
    public String version() {
        return version;
    }
}

package dev.ilura.policy;

import dev.ilura.RiskLane;
import dev.ilura.Tool;
import dev.ilura.policy.internal.ToolEffect;
import java.util.List;
import java.util.Set;

/**
 * How much a human has to do with a tool that no rule says more about: our own reading of what its name says it does. The
 * server's annotations may raise the lane ({@code destructiveHint}, {@code readOnlyHint: false}) and never lower it,
 * because they are claims of whoever wrote the tool.
 */
public final class RiskTable {
    /** What cannot be taken back and costs somebody something. */
    private static final Set<String> MOVES_MONEY = Set.of(
            "pay",
            "payment",
            "payout",
            "transfer",
            "withdraw",
            "purchase",
            "buy",
            "checkout",
            "refund",
            "wire",
            "invoice",
            "subscribe",
            "order");

    /** What changes who may do what. */
    private static final Set<String> CHANGES_RIGHTS = Set.of(
            "grant",
            "revoke",
            "permission",
            "permissions",
            "admin",
            "role",
            "sudo",
            "invite",
            "token",
            "secret",
            "password",
            "credential",
            "credentials",
            "key");

    /** By these, data leaves to people and places. */
    private static final Set<String> SENDS = Set.of(
            "send", "post", "publish", "upload", "share", "email", "mail", "tweet", "push", "deploy", "release",
            "merge", "webhook", "forward");

    private RiskTable() {}

    /** The lane of a tool; {@link RiskLane#LOW} if nothing speaks against calling it unasked. */
    public static RiskLane lane(Tool tool) {
        List<String> words = List.of(ToolEffect.words(tool.name()));
        ToolEffect effect = ToolEffect.of(tool);
        if (effect != ToolEffect.READS && words.stream().anyMatch(MOVES_MONEY::contains)) {
            return RiskLane.CRITICAL;
        }
        if (effect == ToolEffect.DESTROYS
                || (effect == ToolEffect.WRITES && words.stream().anyMatch(CHANGES_RIGHTS::contains))) {
            return RiskLane.HIGH;
        }
        boolean leaves = words.stream().anyMatch(SENDS::contains);
        return effect == ToolEffect.WRITES || leaves ? RiskLane.MEDIUM : RiskLane.LOW;
    }
}

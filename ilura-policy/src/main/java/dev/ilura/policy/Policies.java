package dev.ilura.policy;

/**
 * Entry to the reference policy.
 *
 * <pre>{@code
 * Policies.rules()
 *         .allow("files/read_*", where("path").insideRoots())
 *         .ask(RiskLane.HIGH, "files/write_file")
 *         .denyOthers()
 * }</pre>
 */
public final class Policies {
    private Policies() {}

    /** Starts a list of rules. The first that covers a call decides it; what no rule covers is denied. */
    public static Rules rules() {
        return new Rules();
    }

    /**
     * Starts a condition.
     *
     * @param argument the name of an argument, or an RFC 6901 pointer in which {@code *} stands for every element or
     *     member, for example {@code "/edits/*}{@code /path"}
     */
    public static Where where(String argument) {
        return new Where(argument);
    }
}

package dev.ilura.policy;

import dev.ilura.policy.scope.NumberScope;
import dev.ilura.policy.scope.PathScope;
import dev.ilura.policy.scope.Scope;
import dev.ilura.policy.scope.SecretScope;
import dev.ilura.policy.scope.SqlDialect;
import dev.ilura.policy.scope.SqlScope;
import dev.ilura.policy.scope.TextScope;
import dev.ilura.policy.scope.UrlScope;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The beginning of a condition: an argument, still without the scope it must be in. See {@link Policies#where}. */
public final class Where {
    private final String argument;

    Where(String argument) {
        this.argument = argument;
    }

    /** A path at or below the roots of the server; see {@link PathScope}. */
    public Condition insideRoots() {
        return is(PathScope.insideRoots());
    }

    /**
     * A path at or below one of these directories; see {@link PathScope}.
     *
     * @throws IllegalArgumentException if there is none, or one is relative
     */
    public Condition inside(Path... directories) {
        return is(
                PathScope.inside(Arrays.stream(directories).map(Path::toString).toList()));
    }

    /** A public https URL to one of these hosts; see {@link UrlScope} for more. */
    public Condition urlTo(String... hosts) {
        return is(UrlScope.publicHosts().hosts(List.of(hosts)));
    }

    /** One statement that only reads; see {@link SqlScope} for more. */
    public Condition readOnlySql(SqlDialect dialect) {
        return is(SqlScope.readOnly(dialect));
    }

    /** A number in a range, both ends included. */
    public Condition between(long min, long max) {
        return is(NumberScope.between(BigDecimal.valueOf(min), BigDecimal.valueOf(max)));
    }

    /** Exactly one of these texts. */
    public Condition oneOf(String... texts) {
        return is(TextScope.oneOf(List.of(texts)));
    }

    /** No credential anywhere in the value; see {@link SecretScope}. */
    public Condition freeOfCredentials() {
        return is(SecretScope.noCredential());
    }

    /** In any scope, also one of your own. */
    public Condition is(Scope scope) {
        return Condition.of(argument, scope);
    }
}

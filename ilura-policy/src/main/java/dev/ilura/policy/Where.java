package dev.ilura.policy;

import dev.ilura.policy.scope.PathScope;
import dev.ilura.policy.scope.Scope;
import java.nio.file.Path;
import java.util.Arrays;

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

    /** In any scope, also one of your own. */
    public Condition is(Scope scope) {
        return Condition.of(argument, scope);
    }
}

package dev.ilura.gateway;

import dev.ilura.IluraException;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with every mistake in it. */
public final class ConfigException extends IluraException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    ConfigException(String file, List<ConfigProblem> problems) {
        super(
                "ILR-CONF-004",
                file + " has " + (problems.size() == 1 ? "a mistake" : problems.size() + " mistakes")
                        + "; nothing was started.",
                problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n", "\n", "")));
        this.problems = List.copyOf(problems);
    }

    /** The mistakes in the order of the file, at least one. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}

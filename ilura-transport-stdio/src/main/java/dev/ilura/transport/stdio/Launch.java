package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import dev.ilura.spi.StartRequest;
import dev.ilura.text.VisibleText;
import dev.ilura.transport.stdio.confine.Confinement;
import dev.ilura.transport.stdio.spawn.PathResolver;
import dev.ilura.transport.stdio.spawn.SpawnPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One start, fixed in every detail that decides what runs: the plan, what the files hold, and what holds the child. Its
 * digest is the server's identity; one changed byte of it is another server, which has to be agreed to anew.
 */
final class Launch {
    private final StdioServer server;
    private final SpawnPlan plan;
    private final Confinement confinement;
    private final Host host;
    private final SortedMap<String, String> digests;
    private final Map<String, String> environment;
    private final String identity;

    /**
     * Reads the files.
     *
     * @throws IluraException ILR-SPAWN-007 if one cannot be read
     */
    Launch(StdioServer server, SpawnPlan plan, Confinement confinement, Host host) {
        this.server = server;
        this.plan = plan;
        this.confinement = confinement;
        this.host = host;
        digests = digests();
        environment = SecretDigest.of(server.name(), server.env());
        identity = Digests.sha256Hex(CanonicalJson.of(canonical()));
    }

    /** SHA-256 (hex) over the whole resolved start. */
    String identity() {
        return identity;
    }

    SpawnPlan plan() {
        return plan;
    }

    Confinement confinement() {
        return confinement;
    }

    /** What is remembered once it was agreed to. */
    ApprovedStarts.Start start() {
        return new ApprovedStarts.Start(identity, lines());
    }

    /**
     * What has to be admitted.
     *
     * @param question of the judgement over the command line
     * @param before what was agreed to last; the same start needs no second answer, another one a new one
     */
    StartRequest request(Optional<String> question, Optional<ApprovedStarts.Start> before) {
        boolean same = before.filter(start -> start.identity().equals(identity)).isPresent();
        List<ApprovedStarts.Change> changes =
                same ? List.of() : before.map(start()::changesSince).orElse(List.of());
        Map<String, String> facts = new TreeMap<>();
        facts.put("confinement", confinement.level());
        facts.put("artefact", ascii(plan.artefact()));
        facts.put("executable", ascii(plan.program()));
        facts.put("executableSha256", digests.getOrDefault(real(plan.program()), ""));
        facts.put("held", holding().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        facts.put("network", server.network().map(Network::toString).orElse("not restricted"));
        if (!server.limits().isEmpty()) {
            facts.put("limits", server.limits().toString());
        }
        before.filter(start -> !same).ifPresent(start -> facts.put("replaces", start.identity()));
        Optional<String> asked =
                same ? Optional.empty() : before.isEmpty() ? question : Optional.of(change(question, changes));
        return new StartRequest(identity, display(changes), asked, facts);
    }

    /** Whoever may write the configuration could otherwise live on what was agreed to about another command line. */
    private static String change(Optional<String> question, List<ApprovedStarts.Change> changes) {
        String names = changes.isEmpty()
                ? "how far it is shut in"
                : String.join(
                        ", ", changes.stream().map(ApprovedStarts.Change::name).toList());
        return "The start is not the one that was agreed to; changed: " + VisibleText.oneLine(names) + "."
                + question.map(more -> " " + more).orElse("");
    }

    /**
     * Looks again, right before the start: somebody may have changed a file while a person was reading.
     *
     * @throws IluraException ILR-SPAWN-009 if anything differs
     */
    void verify() {
        SortedMap<String, String> now = digests();
        if (!now.equals(digests)) {
            String changed = digests.keySet().stream()
                    .filter(file -> !java.util.Objects.equals(digests.get(file), now.get(file)))
                    .findFirst()
                    .orElse(plan.program());
            throw new IluraException(
                    "ILR-SPAWN-009",
                    "The file " + VisibleText.oneLine(changed) + " of server \"" + server.name()
                            + "\" changed after it was judged.",
                    "Find out who changed it; then start the server again.");
        }
    }

    /**
     * The program, held for the start. A launcher belongs to the administrator and looks for its own files beside itself,
     * so it is started where it is.
     */
    PinnedProgram program(PrivateDirectories directories) throws IOException {
        String real = real(plan.program());
        String sha256 = digests.getOrDefault(real, "");
        return switch (holding()) {
            case OPEN_FILE -> PinnedProgram.openFile(Path.of(real), sha256);
            case COPY ->
                PinnedProgram.copy(
                        Path.of(real),
                        sha256,
                        new ProgramStore(server.state()
                                .map(state -> state.resolve("programs"))
                                .orElseGet(directories::program)));
            case IN_PLACE -> PinnedProgram.byPath(plan.program());
        };
    }

    /** A child that is shut in reaches no open file of this process; a cage with files of its own shows the copy in place. */
    private Holding holding() {
        if (!plan.launcher().equals("binary")) {
            return Holding.IN_PLACE;
        }
        if (!confinement.isHeld() && host.holding() == Holding.OPEN_FILE) {
            return Holding.OPEN_FILE;
        }
        boolean seenElsewhere = !confinement.hasOwnFiles();
        return seenElsewhere && Siblings.isNeededBy(Path.of(real(plan.program()))) ? Holding.IN_PLACE : Holding.COPY;
    }

    private SortedMap<String, String> digests() {
        SortedMap<String, String> found = new TreeMap<>();
        found.put(real(plan.program()), "");
        plan.files().keySet().forEach(file -> found.put(file, ""));
        try {
            found.replaceAll((file, nothing) -> host.digests().of(file));
        } catch (UncheckedIOException e) {
            throw new IluraException(
                    "ILR-SPAWN-007",
                    "A file of server \"" + server.name() + "\" cannot be read: " + e.getMessage() + ".",
                    "Give the gateway's user the right to read it.",
                    e);
        }
        return found;
    }

    private String real(String program) {
        return host.paths().file(program).map(PathResolver.Found::realPath).orElse(program);
    }

    private Map<String, Object> canonical() {
        Map<String, Object> spec = new TreeMap<>();
        spec.put("launcher", plan.launcher());
        spec.put("program", plan.program());
        spec.put("args", plan.args());
        spec.put("artefact", plan.artefact());
        spec.put("files", digests);
        spec.put("cwd", plan.cwd().orElse(""));
        spec.put("env", environment);
        spec.put("roots", server.roots().stream().map(Path::toString).toList());
        spec.put("home", server.home().map(Path::toString).orElse(""));
        spec.put("network", server.network().map(Network::toString).orElse(""));
        spec.put("limits", server.limits().toString());
        spec.put("confinement", server.confinement().name());
        spec.put("held", confinement.isHeld());
        spec.put("cutsNetwork", confinement.cutsNetwork());
        return spec;
    }

    /** For a person who has to agree: all of it, one argument a line. */
    private Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("program", plan.program());
        for (int i = 0; i < plan.args().size(); i++) {
            lines.put("argument " + (i + 1), plan.args().get(i));
        }
        lines.put("code", plan.artefact());
        digests.forEach((file, digest) -> lines.put("sha256 of " + file, digest));
        lines.put("directory", plan.cwd().orElse("a private empty one"));
        environment.forEach((name, digest) -> lines.put("variable " + name, "a value with the keyed digest " + digest));
        lines.put("home", server.home().map(Path::toString).orElse("a private empty one"));
        lines.put(
                "may change",
                server.roots().isEmpty() ? "nothing" : server.roots().toString());
        lines.put("network", server.network().map(Network::toString).orElse("not restricted"));
        lines.put("limits", server.limits().toString());
        lines.put("confinement", confinement.level());
        return lines;
    }

    /** Nothing invisible, nothing shortened; what changed stands first. */
    private String display(List<ApprovedStarts.Change> changes) {
        StringBuilder text = new StringBuilder();
        if (!changes.isEmpty()) {
            text.append("changed since it was agreed to:\n");
            for (ApprovedStarts.Change change : changes) {
                change.was().ifPresent(was -> line(text, "- " + change.name(), was));
                change.is().ifPresent(is -> line(text, "+ " + change.name(), is));
            }
            text.append("the whole start:\n");
        }
        lines().forEach((name, value) -> line(text, name, value));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(VisibleText.oneLine(name))
                .append(": ")
                .append(VisibleText.oneLine(value))
                .append('\n');
    }

    /** Facts are ASCII; what is not is written as an escape. */
    private static String ascii(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c >= 0x20 && c < 0x7F) {
                out.appendCodePoint(c);
            } else {
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
        });
        return out.toString();
    }
}

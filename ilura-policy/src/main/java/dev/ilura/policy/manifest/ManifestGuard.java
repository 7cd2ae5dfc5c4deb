package dev.ilura.policy.manifest;

import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.manifest.ManifestFinding.Kind;
import dev.ilura.spi.ManifestReview;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The inspection of manifests at the gate. Facts about the bytes (characters that are not seen as themselves, terminal
 * control, names that are none, text pushed out of sight) keep a tool from being pinned until a person has looked; what is
 * a guess about the meaning of a text is a warning in the log. Of two tools of different servers that are written
 * differently and look the same, the one of the later server is refused; the same name is not, because its server stands
 * before it, and is a warning. Stateless and thread-safe.
 */
public final class ManifestGuard implements ManifestReview {
    private static final String COLLISION = Kind.COLLISION.code();

    private ManifestGuard() {}

    /** The guard; all are alike. */
    public static ManifestGuard create() {
        return new ManifestGuard();
    }

    @Override
    public List<Remark> entry(String server, Tool entry) {
        boolean named = entry.json().member("name").filter(JsonValue::isString).isPresent();
        Tool own = named ? Tool.of(entry.json()) : entry;
        return ManifestInspector.inspect(own).stream()
                .map(ManifestGuard::remark)
                .toList();
    }

    @Override
    public List<Remark> instructions(String server, String text) {
        return ManifestInspector.inspectInstructions(text).stream()
                .map(ManifestGuard::remark)
                .toList();
    }

    /** A key that is no name is only odd; a tool that has none cannot be told from others. */
    private static Remark remark(ManifestFinding finding) {
        boolean name = finding.kind() == Kind.NAME;
        boolean refuses =
                name ? finding.place().equals("/name") : finding.kind().isCertain();
        return new Remark(finding.kind().code(), finding.place() + " " + finding.explanation(), refuses);
    }

    @Override
    public List<Clash> clashes(Map<String, List<Tool>> toolsByServer) {
        List<Clash> clashes = new ArrayList<>();
        NameRules.twins(toolsByServer, (one, other, likeness) -> {
            String what = switch (likeness) {
                case SAME -> "has the name of " + one.server() + "/" + one.name();
                case LOOKS_ALIKE ->
                    "is written differently from " + one.server() + "/" + one.name() + " and is taken for it";
                case ONE_SLIP -> "is one letter from " + one.server() + "/" + one.name();
            };
            boolean refuses = likeness == NameRules.Likeness.LOOKS_ALIKE;
            clashes.add(new Clash(one.server(), other.server(), other.name(), new Remark(COLLISION, what, refuses)));
        });
        return List.copyOf(clashes);
    }

    @Override
    public List<String> changes(JsonValue pinned, JsonValue now) {
        return ManifestDiff.between(pinned, now).stream()
                .map(finding -> finding.place() + " " + finding.explanation())
                .toList();
    }
}

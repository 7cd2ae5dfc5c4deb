package dev.ilura.tools;

import dev.ilura.Caution;
import dev.ilura.IluraException;
import dev.ilura.RiskLane;
import dev.ilura.ServerSpec;
import dev.ilura.ToolCall;
import dev.ilura.spi.BeforeCall;
import dev.ilura.spi.OwnTool;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolProvider;
import dev.ilura.tools.time.Machine;
import dev.ilura.tools.tree.RootTree;
import dev.ilura.tools.tree.SecretNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code time_machine}: before a call of {@link FileIo} changes anything, what is there is put into a store outside the
 * roots; its tools list these points in time, show what going back would change, and go back, which can be undone in turn.
 * Servers that are {@linkplain #watching watched} have all of their roots kept before each of their calls.
 *
 * <p>A snapshot survives the end of the process as soon as it is taken. The record of a call in the log names its snapshot.
 * Going back is at least lane medium. One gateway at a time can have a store. Immutable until it joins a gateway;
 * thread-safe.
 *
 * <p>Uses JGit, and keeps it from starting {@code git} and from reading or writing the user's configuration, for the whole
 * process, unless the application has set a {@code SystemReader} of its own before.
 */
public final class TimeMachine implements ToolProvider {
    private static final Set<String> CHANGING =
            Set.of("write_file", "edit_file", "create_directory", "move_file", "copy_file", "delete_file");

    private final Path directory;
    private final Machine.Keeping keeping;
    private final List<ServerSpec> watched;
    private final List<OwnTool> tools = Machine.tools(this::machine);
    private final Map<String, Watch> watches = new LinkedHashMap<>();
    private volatile @Nullable Machine machine;
    private volatile String files = "";

    private TimeMachine(Path directory, Machine.Keeping keeping, List<ServerSpec> watched) {
        this.directory = directory.toAbsolutePath().normalize();
        this.keeping = keeping;
        this.watched = List.copyOf(watched);
    }

    /** A server whose roots are kept. */
    private record Watch(RootTree tree, Machine.Seen seen) {}

    /** A time machine whose store is in this directory, which is made if need be and belongs to the machine alone. */
    public static TimeMachine in(Path directory) {
        return new TimeMachine(directory, Machine.Keeping.DEFAULTS, List.of());
    }

    /**
     * The same, keeping snapshots for this long and in this much space. What goes is said in the log.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public TimeMachine keeping(Duration age, long bytes) {
        return new TimeMachine(
                directory, new Machine.Keeping(age, bytes, keeping.entries(), keeping.snapshotBytes()), watched);
    }

    /**
     * The same with bounds for one snapshot; a change that needs a larger one is refused.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public TimeMachine snapshotsUpTo(int entries, long bytes) {
        return new TimeMachine(directory, new Machine.Keeping(keeping.age(), keeping.bytes(), entries, bytes), watched);
    }

    /** The same, keeping the roots of these servers before each of their calls. They need roots, and should be small. */
    public TimeMachine watching(ServerSpec... servers) {
        List<ServerSpec> all = new ArrayList<>(watched);
        all.addAll(List.of(servers));
        return new TimeMachine(directory, keeping, all);
    }

    @Override
    public String name() {
        return "time_machine";
    }

    @Override
    public List<OwnTool> tools() {
        return tools;
    }

    @Override
    public Optional<Caution> caution(ToolCall call) {
        return call.tool().name().equals("restore")
                ? Optional.of(new Caution(RiskLane.MEDIUM, "Going back replaces what is there now."))
                : secret(call);
    }

    /** A difference may show a secret if its path is named. */
    private Optional<Caution> secret(ToolCall call) {
        return call.arguments()
                .at("/path")
                .filter(dev.ilura.json.JsonValue::isString)
                .filter(path -> machine().namesSecret(path.text()))
                .map(path -> new Caution(RiskLane.HIGH, "The difference may show a secret."));
    }

    @Override
    public void joins(Surroundings surroundings) {
        List<RootTree> trees = new ArrayList<>();
        List<FileIo> found = surroundings.providers().stream()
                .filter(FileIo.class::isInstance)
                .map(FileIo.class::cast)
                .toList();
        found.forEach(provider -> trees.add(provider.tree()));
        for (ServerSpec server : watched) {
            Watch watch = watch(server, surroundings.time());
            watches.put(server.name(), watch);
            trees.add(watch.tree());
        }
        trees.forEach(this::requireOutside);
        Machine opened = Machine.open(directory, keeping, surroundings.time(), surroundings::note, trees);
        machine = opened;
        for (FileIo provider : found) {
            files = provider.name();
            provider.watchedBy(opened.over(provider.tree()));
        }
    }

    private static Watch watch(ServerSpec server, TimeSource time) {
        try {
            return new Watch(
                    RootTree.of(server.roots(), new SecretNames(SecretNames.DEFAULTS), true), new Machine.Seen(time));
        } catch (IllegalArgumentException e) {
            throw new IluraException(
                    "ILR-TOOLS-041",
                    "The time machine cannot watch server \"" + server.name() + "\": " + e.getMessage() + ".",
                    "Give the server roots that exist.",
                    e);
        }
    }

    /** The attack: an agent that may write below a root changes its own history. */
    private void requireOutside(RootTree tree) {
        for (Path root : tree.realDirectories()) {
            if (directory.startsWith(root) || root.startsWith(directory)) {
                throw new IluraException(
                        "ILR-TOOLS-054",
                        "The store of the time machine, " + directory + ", and the root " + root
                                + " lie in one another.",
                        "Put the store where no tool can reach it.");
            }
        }
    }

    @Override
    public Optional<BeforeCall> beforeCalls() {
        return Optional.of(new BeforeCall() {
            @Override
            public boolean concerns(ToolCall call) {
                return watches.containsKey(call.server())
                        || (call.server().equals(files)
                                && CHANGING.contains(call.tool().name()))
                        || (call.server().equals(name()) && call.tool().name().equals("restore"));
            }

            // The snapshot bears the name of its call, so the record can name it before it is there.
            @Override
            public Map<String, String> before(ToolCall call) throws IOException {
                Watch watch = watches.get(call.server());
                if (watch != null) {
                    machine().whole(call, watch.tree(), watch.seen());
                }
                return Map.of("snapshot", call.id());
            }
        });
    }

    private Machine machine() {
        Machine opened = machine;
        if (opened == null) {
            throw new IllegalStateException("the time machine has joined no gateway");
        }
        return opened;
    }

    /** Lets old snapshots go and packs the rest, now; otherwise it happens now and then by itself. */
    void keepHouse() {
        machine().keepHouse();
    }

    /** Bytes of the store on disk. */
    long size() throws IOException {
        return machine().size();
    }

    @Override
    public void close() {
        Machine opened = machine;
        if (opened != null) {
            opened.close();
        }
    }
}

package dev.ilura.tools;

import dev.ilura.Caution;
import dev.ilura.IluraException;
import dev.ilura.RiskLane;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolProvider;
import dev.ilura.text.VisibleText;
import dev.ilura.tools.file.FileLimits;
import dev.ilura.tools.file.FileTools;
import dev.ilura.tools.tree.Changes;
import dev.ilura.tools.tree.RootTree;
import dev.ilura.tools.tree.SecretNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code file_io}: reads, lists, searches, writes, edits, moves, copies and deletes files inside given directories, with
 * the tool names, arguments and answers of the official filesystem server.
 *
 * <p>A path is walked from the handle of its directory and no step follows a link, so a link that is swapped in during a
 * call leads nowhere. Devices, pipes and files with several names are not opened. Files are written beside their place and
 * renamed. A file that looks like a secret ({@code .env}, a key) raises the call to lane high, whatever the policy allows.
 *
 * <p>Needs a platform whose Java has {@link java.nio.file.SecureDirectoryStream}, such as Linux. Where it has not, but can
 * tell files apart (macOS with an older Java), directories are looked at before and after each step, which holds against a
 * swapped name but not against one that is swapped there and back within a step; elsewhere (Windows) there is no
 * {@code file_io}. Immutable until it joins a gateway; thread-safe.
 */
public final class FileIo implements ToolProvider {
    private static final String[] PATHS = {"path", "source", "destination"};

    private final List<Path> directories;
    private final List<String> secretNames;
    private final boolean hardLinks;
    private final FileLimits limits;
    private final RootTree tree;
    private final TimeMachineLink changes = new TimeMachineLink();
    private final List<OwnTool> tools;

    private FileIo(List<Path> directories, List<String> secretNames, boolean hardLinks, FileLimits limits) {
        this(directories, secretNames, hardLinks, limits, tree(directories, new SecretNames(secretNames), hardLinks));
    }

    private FileIo(
            List<Path> directories, List<String> secretNames, boolean hardLinks, FileLimits limits, RootTree tree) {
        this.directories = List.copyOf(directories);
        this.secretNames = List.copyOf(secretNames);
        this.hardLinks = hardLinks;
        this.limits = limits;
        this.tree = tree;
        this.tools = FileTools.over(tree, limits, changes);
    }

    private static RootTree tree(List<Path> directories, SecretNames secrets, boolean hardLinks) {
        try {
            return RootTree.of(directories, secrets, hardLinks);
        } catch (IllegalArgumentException e) {
            throw new IluraException(
                    "ILR-TOOLS-040",
                    "file_io cannot work: " + e.getMessage() + ".",
                    "Name directories that exist, on Linux or macOS.",
                    e);
        }
    }

    /** The same over directories that are opened in another way. */
    FileIo over(RootTree other) {
        return new FileIo(directories, secretNames, hardLinks, limits, other);
    }

    /**
     * Tools over these directories.
     *
     * @throws IluraException ILR-TOOLS-040 if there is none, one is no directory, or the platform cannot hold links
     */
    public static FileIo in(Path... roots) {
        return in(List.of(roots));
    }

    /** As {@link #in(Path...)}. */
    public static FileIo in(List<Path> roots) {
        return new FileIo(roots, SecretNames.DEFAULTS, false, FileLimits.DEFAULTS);
    }

    /**
     * The same with other names of secrets: globs over one name of a path, read without case; one with {@code !} before it
     * is an exception. The list replaces the one that is built in.
     *
     * @throws IllegalArgumentException if one is no glob
     */
    public FileIo secrets(List<String> globs) {
        return new FileIo(directories, globs, hardLinks, limits);
    }

    /** The same, but files with several names (hard links) are read. One of the names may lie outside. */
    public FileIo readingHardLinks() {
        return new FileIo(directories, secretNames, true, limits);
    }

    /**
     * The same with other bounds.
     *
     * @param readBytes of text in one answer
     * @param mediaBytes of a file returned whole as base64
     * @param editBytes of a file that can be edited
     * @param entries in one listing
     * @throws IllegalArgumentException if one is not positive or too large to be held in memory
     */
    public FileIo limits(long readBytes, long mediaBytes, long editBytes, int entries) {
        return new FileIo(
                directories, secretNames, hardLinks, new FileLimits(readBytes, mediaBytes, editBytes, entries));
    }

    @Override
    public String name() {
        return "file_io";
    }

    @Override
    public List<Path> roots() {
        return tree.directories();
    }

    @Override
    public List<OwnTool> tools() {
        return tools;
    }

    @Override
    public Optional<Caution> caution(ToolCall call) {
        return paths(call).stream()
                .filter(tree::namesSecret)
                .findFirst()
                .map(path -> new Caution(
                        RiskLane.HIGH, "\"" + VisibleText.oneLine(path) + "\" looks like a file that holds a secret."));
    }

    private static List<String> paths(ToolCall call) {
        List<String> paths = new ArrayList<>();
        for (String name : PATHS) {
            call.arguments()
                    .at("/" + name)
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .ifPresent(paths::add);
        }
        call.arguments().at("/paths").filter(JsonValue::isArray).stream()
                .flatMap(array -> array.elements().stream())
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .forEach(paths::add);
        return paths;
    }

    RootTree tree() {
        return tree;
    }

    /** From now on it is told before anything changes. */
    void watchedBy(Changes watcher) {
        changes.set(watcher);
    }

    /** Who is told, known only when the gateway is built. */
    private static final class TimeMachineLink implements Changes {
        private volatile Changes watcher = Changes.UNWATCHED;

        void set(Changes next) {
            watcher = next;
        }

        @Override
        public void before(dev.ilura.spi.ToolRequest request, List<dev.ilura.tools.tree.Place> places)
                throws dev.ilura.spi.ToolException {
            watcher.before(request, places);
        }
    }
}

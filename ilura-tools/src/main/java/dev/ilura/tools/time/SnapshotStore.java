package dev.ilura.tools.time;

import dev.ilura.IluraException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * Snapshots in a bare Git repository: each is a commit whose message says what was where and whose tree holds the bytes.
 * Commits hang in segments, one ref each, so that old ones can go. One process at a time; thread-safe.
 */
final class SnapshotStore implements AutoCloseable {
    private static final String SEGMENTS = "refs/segments/";
    private static final int SEGMENT_SIZE = 500;
    private static final int FAST = Deflater.BEST_SPEED;

    /** Files of this size are looked at before they are packed. */
    private static final int LARGE = 256 << 10;

    private static final int SAMPLE = 64 << 10;

    private final Path directory;
    private final FileChannel lockFile;
    private final FileLock processLock;
    private final Repository repository;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Header> commits = new TreeMap<>();
    private final TreeMap<Long, Snapshot> recent = new TreeMap<>();
    private long next;
    private int segment;
    private int inSegment;

    private SnapshotStore(Path directory, FileChannel lockFile, FileLock processLock, Repository repository) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.processLock = processLock;
        this.repository = repository;
    }

    /**
     * Opens or makes a store.
     *
     * @throws IluraException ILR-TOOLS-050 if another process has it, ILR-TOOLS-051 if it cannot be opened
     */
    static SnapshotStore open(Path directory) {
        QuietReader.install();
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel lockFile =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = held(lockFile, directory);
            removeStaleLocks(directory);
            SnapshotStore store = new SnapshotStore(directory, lockFile, held, repository(directory));
            store.read();
            return store;
        } catch (IOException e) {
            throw new IluraException(
                    "ILR-TOOLS-051",
                    "The store of the time machine in " + directory + " cannot be opened: " + e.getMessage() + ".",
                    "Name a directory that the gateway's user may write to.",
                    e);
        }
    }

    private static FileLock held(FileChannel channel, Path directory) throws IOException {
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return held;
            }
        } catch (OverlappingFileLockException e) {
            // this very process has it
        }
        channel.close();
        throw new IluraException(
                "ILR-TOOLS-050",
                "The store of the time machine in " + directory + " is in use by another gateway.",
                "Stop that one, or give this one a store of its own.");
    }

    /** What a killed process left. The store is ours alone, so nobody can hold them. */
    private static void removeStaleLocks(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path stale :
                    all.filter(path -> path.toString().endsWith(".lock")).toList()) {
                Files.deleteIfExists(stale);
            }
        }
    }

    private static Repository repository(Path directory) throws IOException {
        Repository repository = new FileRepositoryBuilder()
                .setGitDir(directory.resolve("objects.git").toFile())
                .setBare()
                .build();
        if (!Files.exists(directory.resolve("objects.git/HEAD"))) {
            repository.create(true);
            StoredConfig config = repository.getConfig();
            config.setInt("core", null, "compression", FAST);
            config.setBoolean("core", null, "logAllRefUpdates", false);
            config.setString("core", null, "bigFileThreshold", "32m");
            config.setString("pack", null, "bigFileThreshold", "32m");
            config.setInt("pack", null, "window", 5);
            config.setInt("pack", null, "threads", 1);
            config.setInt("gc", null, "auto", 0);
            config.setString("gc", null, "prunePackExpire", "now");
            config.save();
        }
        return repository;
    }

    private void read() throws IOException {
        TreeMap<Integer, Ref> segments = segments();
        try (RevWalk walk = new RevWalk(repository)) {
            for (var entry : segments.entrySet()) {
                List<RevCommit> chain = new ArrayList<>();
                RevCommit at = walk.parseCommit(entry.getValue().getObjectId());
                while (true) {
                    chain.add(0, at);
                    if (at.getParentCount() == 0) {
                        break;
                    }
                    at = walk.parseCommit(at.getParent(0));
                }
                for (RevCommit commit : chain) {
                    Header header = Header.of(commit);
                    commits.put(header.number(), header);
                    next = Math.max(next, header.number() + 1);
                }
                segment = entry.getKey();
                inSegment = chain.size();
            }
        }
    }

    @SuppressWarnings("NonApiType") // oldest first, and asked for its first
    private TreeMap<Integer, Ref> segments() throws IOException {
        TreeMap<Integer, Ref> segments = new TreeMap<>();
        for (Ref ref : repository.getRefDatabase().getRefsByPrefix(SEGMENTS)) {
            segments.put(Integer.valueOf(ref.getName().substring(SEGMENTS.length())), ref);
        }
        return segments;
    }

    /**
     * What is known of a snapshot without reading it.
     *
     * @param number counts up over all snapshots of the store
     */
    record Header(long number, ObjectId id, String call, String session, String target, Instant time) {
        static Header of(RevCommit commit) {
            String[] head = commit.getShortMessage().split("\t", -1);
            return new Header(
                    Long.parseLong(head[0]),
                    commit.getId(),
                    head[1],
                    head[2],
                    head[3],
                    Instant.ofEpochMilli(Long.parseLong(head[4])));
        }

        String line() {
            return String.join("\t", Long.toString(number), call, session, target, Long.toString(time.toEpochMilli()));
        }
    }

    /** Held while bytes are taken in and until a snapshot names them, so that nobody takes them for garbage. */
    ReentrantLock writing() {
        return lock;
    }

    Path directory() {
        return directory;
    }

    /** Takes bytes in, which are kept once a snapshot names them. */
    interface Intake extends AutoCloseable {
        /** The name of the object. */
        String file(InputStream in, long size) throws IOException;

        @Override
        void close();
    }

    Intake intake() {
        ObjectInserter packing = inserter(FAST);
        ObjectInserter storing = inserter(Deflater.NO_COMPRESSION);
        return new Intake() {
            @Override
            public String file(InputStream in, long size) throws IOException {
                if (size < LARGE) {
                    return packing.insert(Constants.OBJ_BLOB, size, in).name();
                }
                PushbackInputStream all = new PushbackInputStream(in, SAMPLE);
                byte[] sample = all.readNBytes(SAMPLE);
                all.unread(sample);
                ObjectInserter inserter = isDense(sample) ? storing : packing;
                return inserter.insert(Constants.OBJ_BLOB, size, all).name();
            }

            @Override
            public void close() {
                packing.close();
                storing.close();
            }
        };
    }

    /** An inserter reads the level once, when it is made. Called under the lock. */
    private ObjectInserter inserter(int level) {
        lock.lock();
        try {
            repository.getConfig().setInt("core", null, "compression", level);
            ObjectInserter inserter = repository.newObjectInserter();
            repository.getConfig().setInt("core", null, "compression", FAST);
            return inserter;
        } finally {
            lock.unlock();
        }
    }

    /** Whether packing would not make it smaller: images, archives, what is encrypted. */
    private static boolean isDense(byte[] sample) {
        Deflater deflater = new Deflater(FAST);
        try {
            deflater.setInput(sample);
            deflater.finish();
            byte[] out = new byte[sample.length];
            return deflater.deflate(out) > sample.length / 10 * 9;
        } finally {
            deflater.end();
        }
    }

    /** The bytes of an object, or an exception if they are gone. */
    ObjectLoader bytes(String object) throws IOException {
        return repository.open(ObjectId.fromString(object), Constants.OBJ_BLOB);
    }

    /** Keeps a snapshot; when it returns, the snapshot survives the end of the process. */
    long add(Snapshot snapshot) throws IOException {
        lock.lock();
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            if (segment == 0 || inSegment >= SEGMENT_SIZE || isOfAnotherDay(snapshot.time())) {
                segment++;
                inSegment = 0;
            }
            long number = next;
            String ref = SEGMENTS + String.format(Locale.ROOT, "%08d", segment);
            CommitBuilder commit = new CommitBuilder();
            if (inSegment > 0) {
                commit.setParentId(commits.lastEntry().getValue().id());
            }
            PersonIdent ident = new PersonIdent("ilura", "", snapshot.time(), java.time.ZoneOffset.UTC);
            commit.setAuthor(ident);
            commit.setCommitter(ident);
            commit.setTreeId(tree(inserter, snapshot));
            Header header = new Header(
                    number,
                    ObjectId.zeroId(),
                    plain(snapshot.call()),
                    plain(snapshot.session()),
                    plain(snapshot.target()),
                    snapshot.time());
            commit.setMessage(header.line() + "\n\n" + snapshot.toJson());
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            moveRef(
                    ref,
                    inSegment == 0
                            ? ObjectId.zeroId()
                            : commits.lastEntry().getValue().id(),
                    id);
            commits.put(
                    number, new Header(number, id, header.call(), header.session(), header.target(), header.time()));
            remember(number, snapshot);
            next++;
            inSegment++;
            return number;
        } finally {
            lock.unlock();
        }
    }

    /** Segments go as a whole, so each holds what grows old on one day. */
    private boolean isOfAnotherDay(Instant time) {
        return inSegment > 0
                && !commits.lastEntry()
                        .getValue()
                        .time()
                        .truncatedTo(ChronoUnit.DAYS)
                        .equals(time.truncatedTo(ChronoUnit.DAYS));
    }

    /** A session's name may hold anything; a line of a commit may not. */
    private static String plain(String text) {
        return dev.ilura.text.VisibleText.oneLine(text);
    }

    private void remember(long number, Snapshot snapshot) {
        recent.put(number, snapshot);
        if (recent.size() > 64) {
            recent.pollFirstEntry();
        }
    }

    /** Holds every object that the snapshot names, each under its own name, so that none is taken for garbage. */
    private static ObjectId tree(ObjectInserter inserter, Snapshot snapshot) throws IOException {
        Set<String> objects = new LinkedHashSet<>();
        snapshot.entries().stream()
                .filter(entry -> entry.kind() == Entry.Kind.FILE)
                .map(Entry::content)
                .sorted()
                .forEach(objects::add);
        TreeFormatter tree = new TreeFormatter();
        for (String object : objects) {
            tree.append(object, FileMode.REGULAR_FILE, ObjectId.fromString(object));
        }
        return inserter.insert(tree);
    }

    private void moveRef(String name, ObjectId from, ObjectId to) throws IOException {
        RefUpdate update = repository.updateRef(name);
        update.setExpectedOldObjectId(from);
        update.setNewObjectId(to);
        update.setForceUpdate(true);
        update.disableRefLog();
        RefUpdate.Result result = update.update();
        if (result != RefUpdate.Result.NEW
                && result != RefUpdate.Result.FAST_FORWARD
                && result != RefUpdate.Result.FORCED) {
            throw new IOException("the store did not take the snapshot: " + result);
        }
    }

    /** All there are, oldest first. */
    List<Header> headers() {
        lock.lock();
        try {
            return List.copyOf(commits.values());
        } finally {
            lock.unlock();
        }
    }

    Snapshot snapshot(long number) throws IOException {
        Header header;
        lock.lock();
        try {
            Snapshot kept = recent.get(number);
            if (kept != null) {
                return kept;
            }
            header = commits.get(number);
        } finally {
            lock.unlock();
        }
        if (header == null) {
            throw new IOException("there is no snapshot " + number);
        }
        try (RevWalk walk = new RevWalk(repository)) {
            String message = walk.parseCommit(header.id()).getFullMessage();
            return Snapshot.of(message.substring(message.indexOf('\n') + 2));
        } catch (MissingObjectException e) {
            throw new IOException("the store is damaged: snapshot " + number + " is missing", e);
        }
    }

    /** The segments, oldest first, each with the numbers in it. The one that is being written is left out. */
    List<List<Long>> closedSegments() throws IOException {
        lock.lock();
        try {
            List<List<Long>> all = new ArrayList<>();
            TreeMap<Integer, Ref> refs = segments();
            List<Long> left = new ArrayList<>(commits.keySet());
            try (RevWalk walk = new RevWalk(repository)) {
                for (var entry : refs.headMap(segment).entrySet()) {
                    long last = Header.of(walk.parseCommit(entry.getValue().getObjectId()))
                            .number();
                    List<Long> members = new ArrayList<>(
                            left.stream().filter(number -> number <= last).toList());
                    left.removeAll(members);
                    all.add(members);
                }
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the oldest segment go. Its bytes go with the next {@link #pack}. */
    void dropOldest(Instant now, String why) throws IOException {
        lock.lock();
        try {
            List<Long> members = closedSegments().get(0);
            StringBuilder lines = new StringBuilder();
            for (long number : members) {
                lines.append(Objects.requireNonNull(commits.get(number)).call())
                        .append(' ')
                        .append(now)
                        .append(' ')
                        .append(why)
                        .append('\n');
            }
            Files.writeString(
                    directory.resolve("dropped"),
                    lines,
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            Ref oldest = segments().firstEntry().getValue();
            RefUpdate update = repository.updateRef(oldest.getName());
            update.setForceUpdate(true);
            update.delete();
            members.forEach(commits::remove);
            members.forEach(recent::remove);
        } finally {
            lock.unlock();
        }
    }

    /** Why there is no snapshot of a call any more, if there was one. */
    java.util.Optional<String> dropped(String call) throws IOException {
        Path file = directory.resolve("dropped");
        if (!Files.exists(file)) {
            return java.util.Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(call + " "))
                    .map(line -> line.substring(call.length() + 1))
                    .findFirst();
        }
    }

    /** Packs what is kept and removes the bytes of what is not, however young: nothing can be added meanwhile. */
    void pack() throws IOException {
        lock.lock();
        try (Git git = Git.wrap(repository)) {
            git.gc()
                    .setExpire(Instant.parse("9999-01-01T00:00:00Z"))
                    .setPreserveOldPacks(false)
                    .call();
        } catch (GitAPIException e) {
            throw new IOException("the store could not be packed", e);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes on disk. */
    long size() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(path -> path.toFile().length())
                    .sum();
        }
    }

    static Comparator<Path> deepestFirst() {
        return Comparator.<Path>comparingInt(Path::getNameCount).reversed().thenComparing(Comparator.naturalOrder());
    }

    @Override
    public void close() {
        lock.lock();
        try {
            repository.close();
            processLock.release();
            lockFile.close();
        } catch (IOException e) {
            // the end of the process releases it
        } finally {
            lock.unlock();
        }
    }
}

package dev.ilura.tools.time;

import dev.ilura.IluraException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
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
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Snapshots in a bare Git repository: each is a commit whose message says what was where and whose tree holds the bytes.
 * Commits hang in segments, one ref each, so that old ones can go. One process at a time; thread-safe.
 */
final class SnapshotStore implements AutoCloseable {
    private static final int SEGMENT_SIZE = 500;
    private static final int RECENT = 64;

    private final StoreDirectory directory;
    private final Segments segments;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Header> commits = new TreeMap<>();
    private final TreeMap<Long, Snapshot> recent = new TreeMap<>();

    /** The number of the last snapshot in each segment. */
    private final TreeMap<Integer, Long> lasts = new TreeMap<>();

    private long next;
    private int segment;

    /** Nothing: the next snapshot begins a segment. */
    private int inSegment;

    private SnapshotStore(StoreDirectory directory) {
        this.directory = directory;
        this.segments = new Segments(directory.repository());
    }

    /**
     * Opens or makes a store.
     *
     * @throws IluraException ILR-TOOLS-050 if another process has it, ILR-TOOLS-051 if it cannot be opened
     */
    static SnapshotStore open(Path directory) {
        try {
            SnapshotStore store = new SnapshotStore(StoreDirectory.open(directory));
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

    private void read() throws IOException {
        try (RevWalk walk = new RevWalk(directory.repository())) {
            for (Map.Entry<Integer, ObjectId> end : segments.ends().entrySet()) {
                segment = end.getKey();
                inSegment = 0;
                RevCommit at = walk.parseCommit(end.getValue());
                lasts.put(segment, Header.of(at).number());
                while (true) {
                    Header header = Header.of(at);
                    commits.put(header.number(), header);
                    inSegment++;
                    if (at.getParentCount() == 0) {
                        break;
                    }
                    at = walk.parseCommit(at.getParent(0));
                }
            }
        }
        next = commits.isEmpty() ? 0 : commits.lastKey() + 1;
    }

    /** Held while bytes are taken in and until a snapshot names them, so that nobody takes them for garbage. */
    ReentrantLock writing() {
        return lock;
    }

    Path directory() {
        return directory.path();
    }

    /** For bytes. Whoever asks holds {@link #writing()}. */
    Intake intake() {
        return new Intake(directory.repository());
    }

    /** The bytes of an object, or an exception if they are gone. */
    ObjectLoader bytes(String object) throws IOException {
        return directory.repository().open(ObjectId.fromString(object), Constants.OBJ_BLOB);
    }

    /** Keeps a snapshot; when it returns, the snapshot survives the end of the process. */
    long add(Snapshot snapshot) throws IOException {
        lock.lock();
        try {
            if (inSegment == 0 || inSegment >= SEGMENT_SIZE || !isOfDay(last(), snapshot.time())) {
                segment++;
                inSegment = 0;
            }
            long number = next;
            ObjectId before = inSegment == 0 ? ObjectId.zeroId() : last().id();
            Header header = new Header(
                    number,
                    ObjectId.zeroId(),
                    plain(snapshot.call()),
                    plain(snapshot.session()),
                    plain(snapshot.target()),
                    snapshot.time());
            ObjectId id = commit(header, snapshot, before);
            segments.grow(segment, before, id);
            commits.put(number, header.at(id));
            lasts.put(segment, number);
            remember(number, snapshot);
            next++;
            inSegment++;
            return number;
        } finally {
            lock.unlock();
        }
    }

    private Header last() {
        return commits.lastEntry().getValue();
    }

    /** Segments go as a whole, so each holds what grows old on one day. */
    private static boolean isOfDay(Header header, Instant time) {
        return header.time().truncatedTo(ChronoUnit.DAYS).equals(time.truncatedTo(ChronoUnit.DAYS));
    }

    /** A session's name may hold anything; a line of a commit may not. */
    private static String plain(String text) {
        return dev.ilura.text.VisibleText.oneLine(text);
    }

    private ObjectId commit(Header header, Snapshot snapshot, ObjectId before) throws IOException {
        try (ObjectInserter inserter = directory.repository().newObjectInserter()) {
            CommitBuilder commit = new CommitBuilder();
            if (!before.equals(ObjectId.zeroId())) {
                commit.setParentId(before);
            }
            PersonIdent ident = new PersonIdent("ilura", "", snapshot.time(), ZoneOffset.UTC);
            commit.setAuthor(ident);
            commit.setCommitter(ident);
            commit.setTreeId(tree(inserter, snapshot));
            commit.setMessage(header.line() + "\n\n" + snapshot.toJson());
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    /** Holds every object that the snapshot names, each under its own name, so that none is taken for garbage. */
    private static ObjectId tree(ObjectInserter inserter, Snapshot snapshot) throws IOException {
        TreeSet<String> objects = new TreeSet<>();
        snapshot.entries().stream()
                .filter(entry -> entry.kind() == Entry.Kind.FILE)
                .map(Entry::content)
                .forEach(objects::add);
        TreeFormatter tree = new TreeFormatter();
        for (String object : objects) {
            tree.append(object, FileMode.REGULAR_FILE, ObjectId.fromString(object));
        }
        return inserter.insert(tree);
    }

    private void remember(long number, Snapshot snapshot) {
        recent.put(number, snapshot);
        if (recent.size() > RECENT) {
            recent.pollFirstEntry();
        }
    }

    /** How many there are. */
    int count() {
        lock.lock();
        try {
            return commits.size();
        } finally {
            lock.unlock();
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
        try (RevWalk walk = new RevWalk(directory.repository())) {
            String message = walk.parseCommit(header.id()).getFullMessage();
            return Snapshot.of(message.substring(message.indexOf('\n') + 2));
        } catch (MissingObjectException e) {
            throw new IOException("the store is damaged: snapshot " + number + " is missing", e);
        }
    }

    /**
     * What is in the oldest segment, oldest first; empty if that is the one that is being written. It is not if its last
     * snapshot is of an earlier day than now, or was taken before the given time.
     */
    List<Header> oldestSegment(Instant now, Instant before) {
        lock.lock();
        try {
            if (lasts.isEmpty()) {
                return List.of();
            }
            List<Header> members = new ArrayList<>(
                    commits.headMap(lasts.firstEntry().getValue(), true).values());
            Header end = members.get(members.size() - 1);
            boolean written = lasts.firstKey() == segment
                    && inSegment < SEGMENT_SIZE
                    && isOfDay(end, now)
                    && !end.time().isBefore(before);
            return written ? List.of() : members;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the oldest segment go, which holds these. Its bytes go with the next {@link #pack}. */
    void dropOldest(List<Header> members, Instant now, String why) throws IOException {
        lock.lock();
        try {
            StringBuilder lines = new StringBuilder();
            members.forEach(member -> lines.append(String.join(" ", member.call(), now.toString(), why))
                    .append('\n'));
            directory.addGone(lines.toString());
            int oldest = lasts.firstKey();
            segments.drop(oldest);
            lasts.remove(oldest);
            if (oldest == segment) {
                inSegment = 0;
            }
            for (Header member : members) {
                commits.remove(member.number());
                recent.remove(member.number());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why there is no snapshot of a call any more, if there was one. */
    Optional<String> dropped(String call) throws IOException {
        return directory.gone(call);
    }

    /** Packs what is kept and removes the bytes of what is not, however young: nothing can be added meanwhile. */
    void pack() throws IOException {
        lock.lock();
        try (Git git = Git.wrap(directory.repository())) {
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
        return directory.size();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            directory.close();
        } finally {
            lock.unlock();
        }
    }
}

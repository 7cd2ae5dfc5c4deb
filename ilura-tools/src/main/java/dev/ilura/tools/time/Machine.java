package dev.ilura.tools.time;

import dev.ilura.spi.OwnTool;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolException;
import dev.ilura.tools.tree.Changes;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.RootTree;
import dev.ilura.tools.tree.Staging;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store at work: takes snapshots, brings them back, and lets old ones go. Thread-safe. */
public final class Machine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
    private static final int PACKING_FROM = 1000;

    /** One part in so many may be unpacked: packing takes the longer the more there is, so it must become rarer. */
    private static final int PACKED_PARTS = 8;

    /** How long nobody looks for what is too old. */
    private static final Duration BETWEEN_LOOKS = Duration.ofHours(6);

    private final SnapshotStore store;
    private final Keeping keeping;
    private final TimeSource time;
    private final Consumer<Map<String, String>> note;
    private final List<RootTree> trees = new ArrayList<>();
    private final Recorder recorder;
    private final AtomicInteger unpacked = new AtomicInteger();
    private final ReentrantLock dropping = new ReentrantLock();
    private final AtomicReference<Instant> kept = new AtomicReference<>(Instant.MIN);
    private final ExecutorService housekeeping = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "ilura-time-machine");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * How long snapshots are kept and how large one may be.
     *
     * @param age older ones go
     * @param bytes of the store on disk; when it is larger, the oldest go
     * @param entries files and directories in one snapshot
     * @param snapshotBytes of all files in one snapshot
     */
    public record Keeping(Duration age, long bytes, int entries, long snapshotBytes) {
        /** 30 days, 2 GiB, 50,000 entries and 1 GiB in one snapshot. */
        public static final Keeping DEFAULTS = new Keeping(Duration.ofDays(30), 2L << 30, 50_000, 1L << 30);

        public Keeping {
            if (age.isNegative() || age.isZero() || bytes < 1 || entries < 1 || snapshotBytes < 1) {
                throw new IllegalArgumentException("bounds must be positive");
            }
        }
    }

    private Machine(SnapshotStore store, Keeping keeping, TimeSource time, Consumer<Map<String, String>> note) {
        this.store = store;
        this.keeping = keeping;
        this.time = time;
        this.note = note;
        this.recorder =
                new Recorder(store, time, new Capture.Bounds(keeping.entries(), keeping.snapshotBytes()), this::added);
    }

    /** Opens the store in a directory. */
    public static Machine open(
            Path directory,
            Keeping keeping,
            TimeSource time,
            Consumer<Map<String, String>> note,
            List<RootTree> trees) {
        Machine machine = new Machine(SnapshotStore.open(directory), keeping, time, note);
        machine.trees.addAll(trees);
        machine.sweep();
        return machine;
    }

    /** The tools, which work once a machine is there. */
    public static List<OwnTool> tools(java.util.function.Supplier<Machine> machine) {
        return new TimeTools(() -> machine.get().parts()).all();
    }

    private TimeTools.Parts parts() {
        return new TimeTools.Parts(store, recorder, this::tree, List.copyOf(trees));
    }

    private Optional<RootTree> tree(Path path) {
        return trees.stream()
                .filter(tree -> tree.realDirectories().stream().anyMatch(path::startsWith))
                .findFirst();
    }

    /** Keeps what is about to change in a tree. */
    public Changes over(RootTree tree) {
        return recorder.over(tree);
    }

    /** Keeps all of a tree before a call that may change anything in it. */
    public void whole(dev.ilura.ToolCall call, RootTree tree, Seen seen) throws IOException {
        tree.changes().lock();
        try {
            recorder.roots(call, tree, seen);
        } catch (ToolException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            tree.changes().unlock();
        }
    }

    /** Which files look as they did when they were taken in last. Used under the lock of its tree. */
    public static final class Seen implements Capture.Known {
        /** Within this time two changes of a file may bear one time. */
        private static final Duration TICK = Duration.ofSeconds(2);

        private final Map<Path, State> states = new HashMap<>();
        private final TimeSource time;

        public Seen(TimeSource time) {
            this.time = time;
        }

        private record State(Object key, long size, Instant modified, String object) {}

        @Override
        public String object(Path path, PosixFileAttributes found) {
            State state = states.get(path);
            if (state == null) {
                return "";
            }
            boolean same = state.key().equals(found.fileKey())
                    && state.size() == found.size()
                    && state.modified().equals(found.lastModifiedTime().toInstant());
            return same ? state.object() : "";
        }

        @Override
        public void put(Path path, PosixFileAttributes found, String object) {
            if (found.lastModifiedTime().toInstant().isAfter(time.now().minus(TICK))) {
                states.remove(path);
                return;
            }
            states.put(
                    path,
                    new State(
                            found.fileKey(),
                            found.size(),
                            found.lastModifiedTime().toInstant(),
                            object));
        }
    }

    /** Only the last snapshot can belong to a call that was killed: one change is made at a time. */
    private void sweep() {
        List<Header> headers = store.headers();
        if (headers.isEmpty()) {
            return;
        }
        try {
            Snapshot last = store.snapshot(headers.get(headers.size() - 1).number());
            Set<Path> directories = new TreeSet<>();
            last.parents().forEach(parent -> directories.add(parent.path()));
            last.tops().forEach(top -> directories.add(top.getParent() == null ? top : top.getParent()));
            for (Path directory : directories) {
                tree(directory).ifPresent(tree -> sweep(tree, directory));
            }
        } catch (IOException e) {
            LOG.warn("what a killed call left could not be looked for: {}", e.getMessage());
        }
    }

    private static void sweep(RootTree tree, Path directory) {
        try (Place place = tree.find(directory.toString())) {
            if (place.attributes().filter(PosixFileAttributes::isDirectory).isEmpty()) {
                return;
            }
            PosixFileAttributes before = place.existing();
            List<Path> left = new ArrayList<>();
            try (DirectoryStream<Path> entries = place.directory()) {
                for (Path entry : entries) {
                    if (Staging.isStaged(entry.getFileName())) {
                        left.add(entry.getFileName());
                    }
                }
            }
            for (Path name : left) {
                try (Place staged = place.child(tree, name)) {
                    if (staged.existing().isDirectory()) {
                        staged.deleteDirectory();
                    } else {
                        staged.deleteFile();
                    }
                }
            }
            if (!left.isEmpty()) {
                place.restore(before.permissions(), before.lastModifiedTime());
            }
        } catch (IOException | ToolException e) {
            LOG.warn("what a killed call left in {} could not be removed: {}", directory, e.getMessage());
        }
    }

    private void added() {
        int many = unpacked.incrementAndGet();
        if (many >= Math.max(PACKING_FROM, store.count() / PACKED_PARTS) && unpacked.compareAndSet(many, 0)) {
            inBackground(this::keepHouse);
            return;
        }
        Instant last = kept.get();
        Instant now = time.now();
        if (last.isBefore(now.minus(BETWEEN_LOOKS)) && kept.compareAndSet(last, now)) {
            inBackground(this::letOldGo);
        }
    }

    private void inBackground(Runnable work) {
        try {
            housekeeping.execute(work);
        } catch (RejectedExecutionException e) {
            // closed; the next run does it
        }
    }

    /** Lets old snapshots go, says so in the log, and packs the rest. */
    public void keepHouse() {
        try {
            store.pack();
            drop();
        } catch (IOException e) {
            notInOrder(e);
        }
    }

    /** The same, but packs only if something goes. */
    private void letOldGo() {
        try {
            drop();
        } catch (IOException e) {
            notInOrder(e);
        }
    }

    private void drop() throws IOException {
        dropping.lock();
        try {
            boolean dropped = false;
            while (dropOne()) {
                dropped = true;
                store.pack();
            }
            if (dropped) {
                LOG.info("snapshots were dropped from {}", store.directory());
            }
        } finally {
            dropping.unlock();
        }
    }

    private static void notInOrder(IOException e) {
        LOG.warn("the store of the time machine could not be kept in order: {}", e.getMessage());
    }

    private boolean dropOne() throws IOException {
        Instant now = time.now();
        Instant tooOld = now.minus(keeping.age());
        List<Header> oldest = store.oldestSegment(now, tooOld);
        if (oldest.isEmpty()) {
            return false;
        }
        Header last = oldest.get(oldest.size() - 1);
        boolean old = last.time().isBefore(tooOld);
        if (!old && store.size() <= keeping.bytes()) {
            return false;
        }
        String why = old ? "older than " + keeping.age() : "the store was larger than " + keeping.bytes() + " bytes";
        note.accept(Map.of(
                "what", "snapshots dropped",
                "count", Integer.toString(oldest.size()),
                "firstCall", oldest.get(0).call(),
                "lastCall", last.call(),
                "why", why));
        store.dropOldest(oldest, now, why);
        return true;
    }

    /** Whether a path is one of a secret in one of the trees. */
    public boolean namesSecret(String path) {
        return trees.stream().anyMatch(tree -> tree.namesSecret(path));
    }

    /** Bytes of the store on disk. */
    public long size() throws IOException {
        return store.size();
    }

    @Override
    public void close() {
        housekeeping.shutdown();
        try {
            if (!housekeeping.awaitTermination(30, TimeUnit.SECONDS)) {
                LOG.warn("the store of the time machine is still being kept in order");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}

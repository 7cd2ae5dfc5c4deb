package dev.ilura.transport.stdio.confine;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Landlock: the kernel restricts a thread for ever, and what the thread starts inherits that. So a thread of its own shuts
 * itself in, starts the child and ends; the other threads of the gateway stay as they are. Needs no privilege and no
 * program. Numbers and bits are those of {@code linux/landlock.h}; see landlock(7).
 *
 * <p>It holds files, TCP and signals, but neither datagrams nor the sockets of daemons; a {@link Seccomp} filter closes
 * those.
 */
final class Landlock implements Confinement {
    private static final long CREATE_RULESET = 444;
    private static final long ADD_RULE = 445;
    private static final long RESTRICT_SELF = 446;
    private static final long VERSION = 1;
    private static final long PATH_BENEATH = 1;
    private static final int NO_NEW_PRIVILEGES = 38;

    private static final long EXECUTE = 1;
    private static final long WRITE_FILE = 1 << 1;
    private static final long READ_FILE = 1 << 2;
    private static final long READ_DIRECTORY = 1 << 3;
    private static final long MAKE_DEVICES = (1 << 6) | (1 << 11);
    private static final long REFER = 1 << 13;
    private static final long TRUNCATE = 1 << 14;
    private static final long DEVICE_CONTROL = 1 << 15;
    private static final long FIRST_RIGHTS = (1 << 13) - 1;
    private static final long ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_CONTROL;
    private static final long READING = EXECUTE | READ_FILE | READ_DIRECTORY;
    private static final long TCP = 3;
    private static final long SCOPES = 3;
    private static final long SCOPES_SINCE = 6;

    /** What programs expect besides their libraries; the kernel itself guards what /proc tells of other processes. */
    private static final List<Path> KERNEL_FILES = List.of(
            Path.of("/proc"),
            Path.of("/sys/devices/system/cpu"),
            Path.of("/sys/fs/cgroup"),
            Path.of("/dev/urandom"),
            Path.of("/dev/random"),
            Path.of("/dev/zero"));

    private static final List<Path> DEVICES = List.of(Path.of("/dev/null"));

    private final Kernel kernel;
    private final long version;
    private final Optional<Seccomp> filter = Seccomp.here();

    private Landlock(Kernel kernel, long version) {
        this.kernel = kernel;
        this.version = version;
    }

    /** Empty on another system, on a kernel without it, or before Java 22. */
    static Optional<Landlock> here() {
        if (!Files.isDirectory(Path.of("/proc/self"))
                || !System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        return Kernel.here().flatMap(kernel -> {
            long version = kernel.syscall(CREATE_RULESET, 0, 0, VERSION, 0);
            return version < 1 ? Optional.empty() : Optional.of(new Landlock(kernel, version));
        });
    }

    @Override
    public String level() {
        return "landlock-" + version + (filter.isPresent() ? "+seccomp" : "");
    }

    @Override
    public boolean cutsNetwork() {
        return filter.isPresent();
    }

    @Override
    public <T> T start(Start<T> start, Profile profile) throws IOException {
        CompletableFuture<T> started = new CompletableFuture<>();
        Thread thread = new Thread(() -> startShutIn(start, profile, started), "ilura-landlock");
        thread.setDaemon(true);
        thread.start();
        try {
            return started.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server was being shut in", e);
        } catch (ExecutionException e) {
            throw new IOException("the server could not be started under Landlock: " + e.getCause(), e.getCause());
        }
    }

    private <T> void startShutIn(Start<T> start, Profile profile, CompletableFuture<T> started) {
        try {
            shutIn(profile);
            started.complete(start.start());
        } catch (IOException | RuntimeException | Error failure) {
            started.completeExceptionally(failure);
        }
    }

    private void shutIn(Profile profile) throws IOException {
        int rules = createRules(profile.network());
        try {
            Profile.SYSTEM.forEach(path -> allow(rules, path, READING));
            KERNEL_FILES.forEach(path -> allow(rules, path, READING));
            DEVICES.forEach(path -> allow(rules, path, READING | WRITE_FILE));
            // the JDK starts children through a helper program of its own
            allow(rules, Path.of(System.getProperty("java.home", "/usr")), READING);
            profile.readable().forEach(path -> allow(rules, path, READING));
            profile.writable().forEach(path -> allow(rules, path, handled() & ~MAKE_DEVICES));
            require(kernel.prctl(NO_NEW_PRIVILEGES, 1) == 0, "no_new_privs");
            require(kernel.syscall(RESTRICT_SELF, rules, 0, 0, 0) == 0, "landlock_restrict_self");
        } finally {
            kernel.close(rules);
        }
        if (filter.isPresent()) {
            filter.get().shutIn(kernel, profile.network());
        }
    }

    /** Only signals and abstract sockets, for good, on the calling thread; nothing about files, so mounting stays possible. */
    void shutInScopes() throws IOException {
        ByteBuffer attributes = Kernel.memory(24);
        attributes.putLong(0).putLong(0).putLong(SCOPES);
        int rules;
        try {
            rules = (int) kernel.syscall(CREATE_RULESET, kernel.address(attributes), 24, 0, 0);
        } finally {
            Reference.reachabilityFence(attributes);
        }
        require(rules >= 0, "landlock_create_ruleset");
        try {
            require(kernel.prctl(NO_NEW_PRIVILEGES, 1) == 0, "no_new_privs");
            require(kernel.syscall(RESTRICT_SELF, rules, 0, 0, 0) == 0, "landlock_restrict_self");
        } finally {
            kernel.close(rules);
        }
    }

    /** Name of that level. */
    String scopesLevel() {
        return "landlock-" + version;
    }

    /** Whether it can keep signals and abstract sockets in. */
    boolean hasScopes() {
        return version >= SCOPES_SINCE;
    }

    private int createRules(boolean network) throws IOException {
        ByteBuffer attributes = Kernel.memory(24);
        attributes.putLong(handled()).putLong(network || version < 4 ? 0 : TCP).putLong(hasScopes() ? SCOPES : 0);
        int size = version < 4 ? 8 : version < 6 ? 16 : 24;
        try {
            int rules = (int) kernel.syscall(CREATE_RULESET, kernel.address(attributes), size, 0, 0);
            require(rules >= 0, "landlock_create_ruleset");
            return rules;
        } finally {
            Reference.reachabilityFence(attributes);
        }
    }

    /** All rights of files that this version can deny. */
    private long handled() {
        return FIRST_RIGHTS
                | (version >= 2 ? REFER : 0)
                | (version >= 3 ? TRUNCATE : 0)
                | (version >= 5 ? DEVICE_CONTROL : 0);
    }

    /** What is not there needs no rule. */
    private void allow(int rules, Path path, long rights) {
        int descriptor = kernel.openPath(path.toString());
        if (descriptor < 0) {
            return;
        }
        long possible = Files.isDirectory(path) ? rights : rights & ON_FILES;
        ByteBuffer rule = Kernel.memory(12);
        rule.putLong(possible & handled()).putInt(descriptor);
        try {
            if (kernel.syscall(ADD_RULE, rules, PATH_BENEATH, kernel.address(rule), 0) != 0) {
                throw new IllegalStateException("landlock_add_rule failed for " + path);
            }
        } finally {
            Reference.reachabilityFence(rule);
            kernel.close(descriptor);
        }
    }

    private static void require(boolean holds, String what) throws IOException {
        if (!holds) {
            throw new IOException(what + " failed");
        }
    }
}

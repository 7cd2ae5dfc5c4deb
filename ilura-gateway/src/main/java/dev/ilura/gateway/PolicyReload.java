package dev.ilura.gateway;

import dev.ilura.Pod;
import dev.ilura.ServerSpec;
import dev.ilura.json.Digests;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rules that follow their file. When a file beside the configuration changes ({@code .toml}, {@code .cedar}), the whole
 * configuration is read anew; if it is fine its policies take over, and if not the old ones stay and somebody is told why.
 * Servers, limits and everything else stay as they were at the start. No thread waits: a timer looks.
 */
public final class PolicyReload implements AutoCloseable {
    private static final long MAX_FILE = 4L << 20;

    private final Path file;
    private final GatewayConfig first;
    private final Map<String, LivePolicy> policies = new LinkedHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private String seen;
    private TimeSource.@Nullable Timer timer;

    private PolicyReload(Path file) {
        this.file = file.toAbsolutePath();
        this.seen = fingerprint();
        this.first = GatewayConfig.load(this.file);
        first.pods().forEach(pod -> policies.put(pod.name(), new LivePolicy(pod.policy())));
    }

    /**
     * Reads a configuration.
     *
     * @throws ConfigException with every mistake in it
     */
    public static PolicyReload of(Path file) {
        return new PolicyReload(file);
    }

    /** The configuration, with policies that can be exchanged. */
    public GatewayConfig config() {
        return first.withPolicies(policies);
    }

    /**
     * Looks at the files from time to time until this is closed.
     *
     * @param news is told what changed, in one line
     */
    public void watch(TimeSource time, Duration every, Consumer<String> news) {
        if (!closed.get()) {
            timer = time.after(every, () -> {
                look(news);
                watch(time, every, news);
            });
        }
    }

    /** Looks now. */
    void look(Consumer<String> news) {
        lock.lock();
        try {
            String now = fingerprint();
            if (!now.equals(seen) && !closed.get()) {
                seen = now;
                reload(news);
            }
        } catch (RuntimeException e) {
            news.accept("the configuration could not be looked at, the old policy stays: " + e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private void reload(Consumer<String> news) {
        GatewayConfig next;
        try {
            next = GatewayConfig.load(file);
        } catch (ConfigException e) {
            news.accept("the changed configuration is broken, the old policy stays: "
                    + e.problems().stream()
                            .map(problem -> problem.place() + " " + problem.key() + ": " + problem.what())
                            .collect(Collectors.joining("; ")));
            return;
        }
        for (Pod pod : next.pods()) {
            LivePolicy live = policies.get(pod.name());
            if (live != null && !live.version().equals(pod.policy().version())) {
                String before = live.version();
                live.replace(pod.policy());
                news.accept("pod " + pod.name() + " has a new policy, " + shortened(live.version()) + " instead of "
                        + shortened(before) + "; calls that wait for a human are judged again");
            }
        }
        if (!names(next).equals(names(first))) {
            news.accept("servers or pods changed too; that takes a restart");
        }
    }

    private static String names(GatewayConfig config) {
        List<String> pods = config.pods().stream().map(Pod::name).toList();
        return config.servers().stream().map(ServerSpec::name).toList() + " " + pods;
    }

    private static String shortened(String version) {
        return version.substring(0, Math.min(12, version.length()));
    }

    /** One digest over all files that can be part of the policy. */
    private String fingerprint() {
        StringBuilder all = new StringBuilder();
        Path directory = file.getParent() == null ? file : file.getParent();
        TreeSet<Path> files = new TreeSet<>(List.of(file));
        try (DirectoryStream<Path> beside = Files.newDirectoryStream(directory, "*.{toml,cedar}")) {
            beside.forEach(files::add);
        } catch (IOException e) {
            // what cannot be listed is not part of it
        }
        for (Path one : files) {
            all.append(one).append(' ').append(digest(one)).append('\n');
        }
        return Digests.sha256Hex(all.toString());
    }

    private static String digest(Path file) {
        try {
            return Files.size(file) > MAX_FILE
                    ? "large"
                    : Digests.sha256Hex(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return "unreadable";
        }
    }

    /** Looks no more. Idempotent. */
    @Override
    public void close() {
        closed.set(true);
        TimeSource.Timer pending = timer;
        if (pending != null) {
            pending.cancel();
        }
    }
}

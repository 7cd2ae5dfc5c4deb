package dev.ilura.transport.stdio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mark that a program cannot wipe like a variable: two hard limits of resources that hardly anybody uses up, lowered to
 * values that only one server has. All that it starts inherits them, and nobody raises a hard limit without a privilege
 * (getrlimit(2)). A program can lower them further; then it has limits that no living server has, and is told of.
 *
 * @param queues bytes of POSIX message queues
 * @param signals that may be pending
 */
record LimitMark(long queues, long signals) {
    private static final Path OWN = Path.of("/proc/self");
    private static final Pattern QUEUES = line("Max msgqueue size");
    private static final Pattern SIGNALS = line("Max pending signals");
    private static final long LEAST_QUEUES = 16 << 10;
    private static final long LEAST_SIGNALS = 512;
    private static final long MANY = 1 << 20;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Set<LimitMark> IN_USE = ConcurrentHashMap.newKeySet();

    /** One that no other server of this gateway has. Empty on another system, or where the limits are too low already. */
    static Optional<LimitMark> fresh() {
        Optional<LimitMark> own = of(OWN);
        if (own.isEmpty() || own.get().queues < LEAST_QUEUES || own.get().signals < LEAST_SIGNALS) {
            return Optional.empty();
        }
        LimitMark mark;
        do {
            mark = new LimitMark(
                    below(own.get().queues, own.get().queues / 2), below(own.get().signals, own.get().signals / 4));
        } while (!IN_USE.add(mark));
        return Optional.of(mark);
    }

    private static long below(long bound, long span) {
        return bound - 1 - RANDOM.nextLong(span);
    }

    /** For prlimit(1); soft and hard limit are the same. */
    List<String> options() {
        return List.of("--msgqueue=" + queues + ":" + queues, "--sigpending=" + signals + ":" + signals);
    }

    boolean isOn(Path process) {
        return of(process).filter(this::equals).isPresent();
    }

    /** The server is gone. */
    void release() {
        IN_USE.remove(this);
    }

    /** Whether a process has limits below those of the gateway that are no living server's. */
    static boolean isForeign(Path process) {
        Optional<LimitMark> own = of(OWN);
        Optional<LimitMark> found = of(process);
        return own.isPresent()
                && found.isPresent()
                && found.get().queues < own.get().queues
                && !IN_USE.contains(found.get());
    }

    private static Optional<LimitMark> of(Path process) {
        try {
            String limits = Files.readString(process.resolve("limits"), StandardCharsets.ISO_8859_1);
            OptionalLong queues = hard(QUEUES, limits);
            OptionalLong signals = hard(SIGNALS, limits);
            return queues.isPresent() && signals.isPresent()
                    ? Optional.of(new LimitMark(queues.getAsLong(), signals.getAsLong()))
                    : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static OptionalLong hard(Pattern line, String limits) {
        Matcher matcher = line.matcher(limits);
        if (!matcher.find()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(matcher.group(1).equals("unlimited") ? MANY : Long.parseLong(matcher.group(1)));
    }

    private static Pattern line(String name) {
        return Pattern.compile("(?m)^" + name + " +\\S+ +(\\d+|unlimited)\\b");
    }
}

package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.IluraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread puts another program in the place of the judged one and back, all the time; this one starts it all the time.
 * Whoever swaps gets either the judged program started or nothing, never the other one.
 */
final class SwapRace {
    private final Path root;
    private final Path program;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong swaps = new AtomicLong();

    SwapRace(Path root) {
        this.root = root;
        program = root.resolve("program");
    }

    /**
     * Starts it that many times, and on until both happened: a start, and one that was refused.
     *
     * @param holding the open file, or a copy, which is made anew every other time
     */
    Outcome run(Holding holding, int loops) throws Exception {
        replaceBy("judged");
        String sha256 = Host.THIS.paths().digest(program.toString());
        Thread swapper = new Thread(this::swap);
        swapper.start();
        int started = 0;
        int refused = 0;
        try {
            for (int i = 0; i < loops || started == 0 || refused == 0; i++) {
                if (i % 2 == 0) {
                    PrivateDirectories.remove(copies());
                }
                int one = start(sha256, holding);
                started += one;
                refused += 1 - one;
            }
        } finally {
            over.set(true);
            swapper.join();
        }
        return new Outcome(started, refused, swaps.get());
    }

    /**
     * Looks, has the program swapped, and starts it, that many times. Every start has to be that of the judged program.
     */
    void between(Holding holding, int loops) throws Exception {
        for (int i = 0; i < loops; i++) {
            replaceBy("judged");
            if (i % 2 == 0) {
                PrivateDirectories.remove(copies());
            }
            String sha256 = Host.THIS.paths().digest(program.toString());
            try (PinnedProgram held = hold(holding, sha256)) {
                replaceBy("evil");
                held.verify();
                assertThat(says(held)).isEqualTo("judged\n");
            }
        }
    }

    private Path copies() {
        return root.resolve("copies");
    }

    private int start(String sha256, Holding holding) throws IOException {
        try (PinnedProgram held = hold(holding, sha256)) {
            held.verify();
            assertThat(says(held)).isEqualTo("judged\n");
            return 1;
        } catch (IOException | IluraException notThere) {
            return 0; // it was being swapped, and so was not started
        }
    }

    private PinnedProgram hold(Holding holding, String sha256) throws IOException {
        return holding == Holding.OPEN_FILE
                ? PinnedProgram.openFile(program, sha256)
                : PinnedProgram.copy(program, sha256, new ProgramStore(copies()));
    }

    private String says(PinnedProgram held) throws IOException {
        ChildProcess child = ChildProcess.start(List.of(held.path()), Map.of(), root);
        child.stdin().close();
        String said = new String(child.stdout().readAllBytes(), StandardCharsets.UTF_8);
        child.awaitExit();
        return said;
    }

    private void swap() {
        while (!over.get()) {
            replaceBy("evil");
            replaceBy("judged");
            swaps.incrementAndGet();
        }
    }

    private void replaceBy(String says) {
        try {
            Path file = root.resolve(says);
            Files.writeString(file, "#!/bin/sh\necho " + says + "\nread line\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
            Files.move(file, program, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** How often the judged program ran, how often nothing did, and how often it was swapped meanwhile. */
    record Outcome(int started, int refused, long swaps) {}
}

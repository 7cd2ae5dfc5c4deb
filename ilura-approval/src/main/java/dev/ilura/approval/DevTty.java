package dev.ilura.approval;

import dev.ilura.approval.internal.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The controlling terminal of the process, opened by its own name. Standard input and output may carry the protocol and
 * are never touched.
 */
final class DevTty implements OperatorTerminal {
    /** How often a wait looks for input; a person does not notice. */
    private static final long LOOK_EVERY_MILLIS = 40;

    /** What a terminal passes on as one line at most. */
    private static final int MAX_LINE_BYTES = 4096;

    private final Path device;
    private final Path processStatus;

    DevTty() {
        this(Path.of("/dev/tty"), Path.of("/proc/self/stat"));
    }

    DevTty(Path device, Path processStatus) {
        this.device = device;
        this.processStatus = processStatus;
    }

    @Override
    public Session open() throws IOException {
        requireForeground();
        // Input first: a path that is no terminal fails here, and is never created by opening it for writing.
        InputStream in = new FileInputStream(device.toFile());
        try {
            return new TtySession(in, new FileOutputStream(device.toFile()));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * A background process that reads its terminal is stopped by the kernel (SIGTTIN), and with it every call under way.
     * Where the process status cannot be read, the shell's job control is trusted.
     */
    private void requireForeground() throws IOException {
        if (!Files.isReadable(processStatus)) {
            return;
        }
        String status = Files.readString(processStatus, StandardCharsets.ISO_8859_1);
        String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
        String processGroup = fields[2];
        String foregroundGroup = fields[5];
        if (!foregroundGroup.equals("-1") && !foregroundGroup.equals(processGroup)) {
            throw new IOException("the gateway runs in the background of its terminal");
        }
    }

    private final class TtySession implements Session {
        private final InputStream in;
        private final OutputStream out;

        private TtySession(InputStream in, OutputStream out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public void show(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        @Override
        public void discardTypedAhead() throws IOException {
            requireForeground();
            for (int waiting = in.available(); waiting > 0; waiting = in.available()) {
                in.readNBytes(waiting);
            }
        }

        /** Looks for input instead of blocking in a read, which nothing could end and which would eat the next answer. */
        @Override
        public Optional<String> line(Deadline deadline) throws IOException, InterruptedException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (!deadline.passed()) {
                if (in.available() == 0) {
                    Thread.sleep(LOOK_EVERY_MILLIS);
                    continue;
                }
                requireForeground();
                int b = in.read();
                if (b < 0) {
                    throw new IOException("the terminal was closed");
                }
                if (b == '\n' || b == '\r' || line.size() == MAX_LINE_BYTES) {
                    return Optional.of(line.toString(StandardCharsets.UTF_8));
                }
                line.write(b);
            }
            return Optional.empty();
        }

        @Override
        public void close() throws IOException {
            try (in) {
                out.close();
            }
        }
    }
}

package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** {@code ilura serve} or {@code wrap} as a process of its own, and a client that writes raw JSON-RPC to it. */
final class Served implements AutoCloseable {
    private static final int SECONDS = 60;

    private final Process process;
    private final OutputStream in;
    private final BlockingQueue<JsonValue> messages = new LinkedBlockingQueue<>();

    private Served(Process process) {
        this.process = process;
        this.in = process.getOutputStream();
    }

    static Served with(Path stderr, String... args) throws IOException {
        Process process = ilura(args).redirectError(stderr.toFile()).start();
        Served served = new Served(process);
        Thread reader = new Thread(served::read, "served-reader");
        reader.setDaemon(true);
        reader.start();
        return served;
    }

    /** The command on this test's class path. */
    static ProcessBuilder ilura(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.ilura.gateway.cli.Main"));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    /** Everything on standard output is a message: anything else fails to parse and is seen as a missing answer. */
    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                messages.add(JsonValue.parse(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(String message) throws IOException {
        in.write((message.replace('\'', '"') + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** The answer to a request; notifications in between are skipped. */
    JsonValue answer(int id) throws InterruptedException {
        while (true) {
            JsonValue message = messages.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(message).as("answer to " + id).isNotNull();
            if (message.member("id")
                    .flatMap(JsonValue::integer)
                    .filter(found -> found == id)
                    .isPresent()) {
                return message;
            }
        }
    }

    JsonValue request(int id, String method, String params) throws IOException, InterruptedException {
        send("{'jsonrpc':'2.0','id':" + id + ",'method':'" + method + "','params':" + params + "}");
        return answer(id);
    }

    /** The handshake of a client of revision 2025-11-25. */
    JsonValue handshake() throws IOException, InterruptedException {
        JsonValue hello = request(
                0,
                "initialize",
                "{'protocolVersion':'2025-11-25','capabilities':{},'clientInfo':{'name':'test','version':'1'}}");
        send("{'jsonrpc':'2.0','method':'notifications/initialized'}");
        return hello;
    }

    JsonValue call(int id, String tool, String arguments) throws IOException, InterruptedException {
        return request(id, "tools/call", "{'name':'" + tool + "','arguments':" + arguments + "}");
    }

    Process process() {
        return process;
    }

    /** The client leaves; gives the exit code. */
    int leave() throws IOException, InterruptedException {
        in.close();
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Nothing of it survives a test, whatever the test found. */
    @Override
    public void close() {
        List<ProcessHandle> tree = process.descendants().toList();
        process.destroyForcibly();
        tree.forEach(ProcessHandle::destroyForcibly);
    }
}

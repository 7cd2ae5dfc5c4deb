package dev.ilura.peers;

import dev.ilura.json.JsonValue;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real Chromium, driven through {@code peers/browser.mjs}. */
final class Browser implements AutoCloseable {
    private final Process driver;
    private final BufferedWriter in;
    private final BufferedReader out;

    Browser() throws IOException {
        driver = new ProcessBuilder("node", "browser.mjs", "/usr/bin/chromium")
                .directory(Peers.DIR.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = new BufferedWriter(new OutputStreamWriter(driver.getOutputStream(), StandardCharsets.UTF_8));
        out = new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Opens an address in a window with a profile of its own. */
    Window open(String name, String url, boolean dark) throws IOException {
        command(name, "open", Map.of("url", url, "dark", dark));
        return new Window(name);
    }

    private synchronized JsonValue command(String window, String command, Map<String, ?> given) throws IOException {
        Map<String, Object> message = new LinkedHashMap<>(given);
        message.put("window", window);
        message.put("command", command);
        in.write(JsonValue.of(message).raw());
        in.newLine();
        in.flush();
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the browser ended");
        }
        JsonValue answer = JsonValue.parse(line);
        if (answer.member("error").isPresent()) {
            throw new IOException(
                    command + given + ": " + answer.member("error").get().text());
        }
        return answer.member("value").orElseThrow();
    }

    @Override
    public void close() throws IOException {
        in.close();
        driver.onExit().completeOnTimeout(driver, 20, TimeUnit.SECONDS).join();
        driver.descendants().forEach(ProcessHandle::destroyForcibly);
        driver.destroyForcibly();
    }

    /** One window. */
    final class Window {
        private final String name;

        private Window(String name) {
            this.name = name;
        }

        Window authenticator() throws IOException {
            command(name, "authenticator", Map.of());
            return this;
        }

        Window authenticatorWithoutVerification() throws IOException {
            command(name, "authenticator", Map.of("verified", false));
            return this;
        }

        /** Has this window's passkey agree to one for somebody else; gives what is left to do. */
        JsonValue invite(String person) throws IOException {
            return command(name, "invite", Map.of("person", person));
        }

        Window join(JsonValue step) throws IOException {
            command(name, "join", Map.of("step", step.toJava()));
            return this;
        }

        Window fill(String selector, String text) throws IOException {
            command(name, "fill", Map.of("selector", selector, "text", text));
            return this;
        }

        Window click(String selector) throws IOException {
            command(name, "click", Map.of("selector", selector));
            return this;
        }

        Window press(String key) throws IOException {
            command(name, "press", Map.of("key", key));
            return this;
        }

        Window type(String text) throws IOException {
            command(name, "type", Map.of("text", text));
            return this;
        }

        Window see(String selector) throws IOException {
            command(name, "see", Map.of("selector", selector));
            return this;
        }

        Window shot(Path path) throws IOException {
            command(name, "shot", Map.of("path", path.toString()));
            return this;
        }

        long count(String selector) throws IOException {
            return command(name, "count", Map.of("selector", selector))
                    .integer()
                    .orElseThrow();
        }

        String text(String selector) throws IOException {
            return command(name, "text", Map.of("selector", selector)).text();
        }

        JsonValue run(String script) throws IOException {
            return command(name, "run", Map.of("script", script));
        }

        /** What a screen reader would be told. */
        String tree(String selector) throws IOException {
            return command(name, "tree", Map.of("selector", selector)).text();
        }

        /** {@code passes}, a number, and {@code violations}, of the rules of axe-core. */
        JsonValue axe() throws IOException {
            return command(name, "axe", Map.of());
        }

        JsonValue problems() throws IOException {
            return command(name, "problems", Map.of());
        }
    }
}

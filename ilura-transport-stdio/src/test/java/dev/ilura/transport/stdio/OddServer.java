package dev.ilura.transport.stdio;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A child for the tests: it does what the first argument says, and a line on its input makes it go on. */
final class OddServer {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final BufferedReader IN =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    private OddServer() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "echo" -> echo();
            case "environment" -> environment();
            case "die" -> die();
            case "flood-errors" -> floodErrors();
            case "long-line" -> longLine(Integer.parseInt(args[1]));
            case "deaf" -> forever();
            case "stubborn" -> stubborn();
            case "fork" -> fork(args[1]);
            case "mute" -> mute();
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void echo() throws IOException {
        String line;
        while ((line = IN.readLine()) != null) {
            OUT.println(line);
        }
    }

    private static void environment() throws IOException {
        System.getenv().forEach((name, value) -> OUT.println(name + "=" + value));
        OUT.println("cwd=" + Path.of("").toAbsolutePath());
        echo();
    }

    private static void die() throws IOException {
        IN.readLine();
        System.err.println("cannot go on \u001b[31mred\u001b[0m");
        System.exit(3);
    }

    private static void floodErrors() throws IOException {
        byte[] junk = "junk ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 2000; i++) {
            System.err.write(junk);
        }
        System.err.println("the end");
        System.err.flush();
        echo();
    }

    private static void longLine(int length) throws IOException {
        OUT.println("x".repeat(length));
        echo();
    }

    private static void forever() throws InterruptedException {
        OUT.println("here");
        new CountDownLatch(1).await();
    }

    private static void stubborn() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        forever();
    }

    /** Leaves a grandchild whose parent has ended, in a session of its own: a daemon. It holds the pipes open. */
    private static void fork(String script) throws Exception {
        Process parent = new ProcessBuilder("/bin/sh", "-c", script)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
        parent.waitFor();
        OUT.println("forked");
        echo();
    }

    private static void mute() throws InterruptedException {
        System.out.close();
        new CountDownLatch(1).await();
    }
}

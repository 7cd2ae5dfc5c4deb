package dev.ilura.transport.stdio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A child that tries what its argument says and tells how it went: {@code done} or {@code failed}. */
final class HostileServer {
    private HostileServer() {}

    public static void main(String[] args) throws Exception {
        for (int i = 0; i + 1 < args.length; i += 2) {
            System.out.println(args[i] + " " + (attempt(args[i], args[i + 1]) ? "done" : "failed"));
        }
        System.in.read();
    }

    private static boolean attempt(String what, String where) {
        try {
            switch (what) {
                case "read" -> Files.readAllBytes(Path.of(where));
                case "list" -> list(Path.of(where));
                case "write" -> Files.writeString(Path.of(where), "x");
                case "connect" -> connect(Integer.parseInt(where));
                case "signal" -> signal(Long.parseLong(where));
                default -> throw new IllegalArgumentException(what);
            }
            return true;
        } catch (IOException | RuntimeException refused) {
            return false;
        }
    }

    private static void list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            entries.forEach(entry -> {});
        }
    }

    private static void connect(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        }
    }

    private static void signal(long pid) throws IOException {
        try {
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -0 " + pid).start();
            if (kill.waitFor() != 0) {
                throw new IOException("not there");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.ilura.approval;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One HTTP request, header by header, as an attacker's program or browser could send it. */
final class RawHttp {
    private final int port;
    private final String method;
    private final String path;
    private final List<String> headers = new ArrayList<>();
    private byte[] body = new byte[0];
    private String address = "127.0.0.1";

    private RawHttp(URI page, String method, String path) {
        this.port = page.getPort();
        this.method = method;
        this.path = path;
    }

    static RawHttp get(URI page, String path) {
        return new RawHttp(page, "GET", path).header("Host", "localhost:" + page.getPort());
    }

    /** As the page itself would send it. */
    static RawHttp post(URI page, String path, String json) {
        return of(page, "POST", path)
                .header("Host", "localhost:" + page.getPort())
                .header("Origin", page.toString())
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/json")
                .body(json);
    }

    static RawHttp of(URI page, String method, String path) {
        return new RawHttp(page, method, path);
    }

    RawHttp header(String name, String value) {
        headers.add(name + ": " + value);
        return this;
    }

    RawHttp without(String name) {
        headers.removeIf(line -> line.startsWith(name + ":"));
        return this;
    }

    RawHttp with(String name, String value) {
        return without(name).header(name, value);
    }

    RawHttp body(String text) {
        body = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    RawHttp overIpv6() {
        address = "::1";
        return this;
    }

    Response send() throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName(address), port)) {
            socket.setSoTimeout(10_000);
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            headers.forEach(line -> head.append(line).append("\r\n"));
            head.append("Connection: close\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n\r\n");
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        }
    }

    private static Response read(InputStream in) throws IOException {
        String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        int end = answer.indexOf("\r\n\r\n");
        String head = answer.substring(0, end);
        return new Response(Integer.parseInt(head.substring(9, 12)), head, answer.substring(end + 4));
    }

    record Response(int status, String head, String body) {
        String header(String name) {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }
}

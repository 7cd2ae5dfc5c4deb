package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostProxyTest {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    @TempDir
    private Path dir;

    private ServerSocket upstream;
    private HostProxy proxy;

    @BeforeEach
    void listen() throws IOException {
        upstream = new ServerSocket(0, 5, InetAddress.getByAddress(LOOPBACK));
        proxy = HostProxy.listen(
                "test", dir.resolve("s"), List.of("api.example.com", "inside.example.com"), (host, port) -> {
                    if (host.equals("inside.example.com")) {
                        throw new UnknownHostException("leads inside");
                    }
                    return List.of(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), upstream.getLocalPort()));
                });
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        upstream.close();
    }

    @Test
    void namedHostIsReachedAndBytesPassBothWays() throws Exception {
        try (SocketChannel way = ask("CONNECT api.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n")) {
            assertThat(read(way)).startsWith("HTTP/1.1 200 ");
            try (Socket peer = upstream.accept()) {
                write(way, "ping");
                assertThat(peer.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
                peer.getOutputStream().write("pong".getBytes(StandardCharsets.US_ASCII));
                assertThat(read(way)).isEqualTo("pong");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT other.example.com:443 HTTP/1.1",
                "CONNECT api.example.com.evil.example:443 HTTP/1.1",
                "CONNECT evil.example#api.example.com:443 HTTP/1.1",
                "CONNECT api.example.com:22 HTTP/1.1",
                "CONNECT 127.0.0.1:443 HTTP/1.1",
                "CONNECT inside.example.com:443 HTTP/1.1",
                "GET http://api.example.com/ HTTP/1.1",
                "CONNECT api.example.com:443"
            })
    void everythingElseIsRefused(String line) throws Exception {
        try (SocketChannel way = ask(line + "\r\n\r\n")) {
            assertThat(read(way)).matches("HTTP/1.1 (403|405|502) [A-Za-z ]+\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "192.0.2.1",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "ff02::1",
                "2002:7f00:1::",
                "64:ff9b::7f00:1",
                "2001:0:1::",
                "2001:db8::1",
                "::ffff:127.0.0.1"
            })
    void addressesOfThisMachineAndItsNeighboursAreNotPublic(String address) throws Exception {
        assertThat(PublicAddresses.contains(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "93.184.215.14", "100.128.0.1", "172.32.0.1", "2606:4700::1111"})
    void othersAre(String address) throws Exception {
        assertThat(PublicAddresses.contains(InetAddress.getByName(address))).isTrue();
    }

    private SocketChannel ask(String head) throws IOException {
        SocketChannel way = SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve("s")));
        write(way, head);
        return way;
    }

    private static void write(SocketChannel way, String text) throws IOException {
        way.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String read(SocketChannel way) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(200);
        way.read(answer);
        return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
    }
}

package dev.ilura.transport.stdio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Runs inside a server's own network, which has no way out: hands what the server sends to its loopback port on to the
 * socket of the {@link HostProxy}, and starts the server. Nothing rests on it. It sits in the same cage as the server, and
 * what the proxy allows is decided outside.
 *
 * <p>{@code ProxyRelay SOCKET -- PROGRAM ARGUMENTS...}
 */
final class ProxyRelay {
    /** The port, in a network where nobody else listens. */
    static final int PORT = 3128;

    private static final int CONNECTIONS = 64;

    private ProxyRelay() {}

    public static void main(String[] args) throws IOException {
        UnixDomainSocketAddress proxy = UnixDomainSocketAddress.of(Path.of(args[0]));
        ServerSocketChannel listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), PORT));
        thread(() -> accept(listener, proxy));
        System.exit(ChildProcess.takesOver(List.of(args).subList(2, args.length)));
    }

    private static void accept(ServerSocketChannel listener, UnixDomainSocketAddress proxy) {
        Semaphore free = new Semaphore(CONNECTIONS);
        while (true) {
            try {
                SocketChannel client = listener.accept();
                free.acquireUninterruptibly();
                thread(() -> {
                    relay(client, proxy);
                    free.release();
                });
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void relay(SocketChannel client, UnixDomainSocketAddress proxy) {
        try (client;
                SocketChannel upstream = SocketChannel.open(proxy)) {
            Thread back = thread(() -> HostProxy.copy(upstream, client));
            HostProxy.copy(client, upstream);
            back.join();
        } catch (IOException broken) {
            // the server sees its connection end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

package dev.ilura.transport.stdio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one way out of a server that may reach named hosts only. It takes {@code CONNECT host:443} or {@code host:80}, looks
 * the name up itself, and goes only to addresses of the public network: a name that was allowed must not lead to this
 * machine or to its neighbours. It listens on a socket in the server's own directory, not on a port that others could use.
 */
final class HostProxy implements AutoCloseable {
    private static final int CONNECTIONS = 64;
    private static final int HEAD = 8 << 10;
    private static final int CONNECT_MILLIS = 10_000;
    private static final Pattern CONNECT = Pattern.compile(
            "CONNECT (?<host>[A-Za-z0-9.-]{1,253}):(?<port>443|80) HTTP/1\\.[01]\r\n.*", Pattern.DOTALL);

    private final ServerSocketChannel listener;
    private final Set<String> hosts;
    private final Lookup lookup;
    private final Semaphore free = new Semaphore(CONNECTIONS);
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final String name;

    private HostProxy(String name, ServerSocketChannel listener, List<String> hosts, Lookup lookup) {
        this.name = name;
        this.listener = listener;
        this.hosts = Set.copyOf(hosts);
        this.lookup = lookup;
    }

    /**
     * Listens.
     *
     * @param socket does not exist yet; whoever can open it can reach the hosts
     * @param hosts lower case
     */
    static HostProxy listen(String server, Path socket, List<String> hosts, Lookup lookup) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        HostProxy proxy = new HostProxy("ilura-" + server + "-net", listener, hosts, lookup);
        proxy.thread(proxy::accept);
        return proxy;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                if (free.tryAcquire()) {
                    open.add(client);
                    thread(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            Matcher request = CONNECT.matcher(head(client));
            if (!request.matches()) {
                answer(client, "405 Method Not Allowed");
                return;
            }
            String host = request.group("host").toLowerCase(Locale.ROOT);
            if (!hosts.contains(host)) {
                answer(client, "403 Forbidden");
                return;
            }
            tunnel(client, host, Integer.parseInt(request.group("port")));
        } catch (IOException broken) {
            // the child sees its connection end
        } finally {
            open.remove(client);
            free.release();
        }
    }

    private void tunnel(SocketChannel client, String host, int port) throws IOException {
        SocketChannel upstream = connect(host, port);
        if (upstream == null) {
            answer(client, "502 Bad Gateway");
            return;
        }
        open.add(upstream);
        try (upstream) {
            answer(client, "200 Connection established");
            Thread back = thread(() -> copy(upstream, client));
            copy(client, upstream);
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(upstream);
        }
    }

    private @Nullable SocketChannel connect(String host, int port) {
        try {
            for (InetSocketAddress address : lookup.of(host, port)) {
                SocketChannel channel = SocketChannel.open();
                try {
                    channel.socket().connect(address, CONNECT_MILLIS);
                    return channel;
                } catch (IOException next) {
                    channel.close();
                }
            }
        } catch (IOException unknown) {
            return null;
        }
        return null;
    }

    private static String head(SocketChannel client) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        ByteBuffer one = ByteBuffer.allocate(1);
        while (head.hasRemaining() && !endsHead(head)) {
            one.clear();
            if (client.read(one) < 0) {
                throw new IOException("ended in the head");
            }
            head.put(one.flip());
        }
        return new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
    }

    private static boolean endsHead(ByteBuffer head) {
        int at = head.position();
        return at >= 4
                && head.get(at - 4) == '\r'
                && head.get(at - 3) == '\n'
                && head.get(at - 2) == '\r'
                && head.get(at - 1) == '\n';
    }

    private static void answer(SocketChannel client, String status) throws IOException {
        client.write(ByteBuffer.wrap(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1)));
    }

    static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer chunk = ByteBuffer.allocate(16 << 10);
        try {
            while (from.read(chunk) >= 0) {
                chunk.flip();
                while (chunk.hasRemaining()) {
                    to.write(chunk);
                }
                chunk.clear();
            }
            to.shutdownOutput();
        } catch (IOException ended) {
            // one side is gone; the other learns of it when both are closed
        }
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (SocketChannel channel : open) {
                channel.close();
            }
        } catch (IOException e) {
            // closed anyway
        }
    }

    /** Where a name leads, as the proxy itself finds out. */
    @FunctionalInterface
    interface Lookup {
        /** By the system's resolver; fails unless every address of the name is public. */
        Lookup PUBLIC = HostProxy::publicAddresses;

        /**
         * Every address that the name leads to, with this port.
         *
         * @throws UnknownHostException if it leads nowhere, or anywhere that it must not
         */
        List<InetSocketAddress> of(String host, int port) throws UnknownHostException;
    }

    /** All of them have to be public, so that a second answer cannot smuggle in a private one. */
    private static List<InetSocketAddress> publicAddresses(String host, int port) throws UnknownHostException {
        List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
        if (!addresses.stream().allMatch(PublicAddresses::contains)) {
            throw new UnknownHostException(host + " leads to an address that is not public");
        }
        return addresses.stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }
}

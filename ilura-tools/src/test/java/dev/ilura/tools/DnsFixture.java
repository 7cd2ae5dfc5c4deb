package dev.ilura.tools;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server over UDP on this machine whose answers change as told, and the {@link HostNames} that asks it. */
@SuppressWarnings({"AddressSelection", "StringSplitter"}) // addresses are written out, names have no empty labels
final class DnsFixture implements AutoCloseable, HostNames {
    private static final int A = 1;
    private static final int AAAA = 28;

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    private final Map<String, List<List<String>>> zones = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

    DnsFixture() throws IOException {
        Thread thread = new Thread(this::serve, "dns-fixture");
        thread.setDaemon(true);
        thread.start();
    }

    /** Each time the name is asked for, the next answer; the last one for ever. */
    DnsFixture name(String name, String... answers) {
        zones.put(
                name,
                Arrays.stream(answers).map(answer -> List.of(answer.split(","))).toList());
        return this;
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket query = new DatagramPacket(buffer, buffer.length);
                socket.receive(query);
                byte[] answer = answer(Arrays.copyOf(buffer, query.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    private byte[] answer(byte[] query) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(query);
        short id = in.getShort();
        in.position(12);
        StringBuilder name = new StringBuilder();
        for (int n = in.get(); n > 0; n = in.get()) {
            byte[] label = new byte[n];
            in.get(label);
            name.append(name.length() == 0 ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        int type = in.getShort();
        in.getShort();
        List<byte[]> found = new ArrayList<>();
        for (String address : turn(name.toString(), type)) {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            if (bytes.length == (type == A ? 4 : 16)) {
                found.add(bytes);
            }
        }
        ByteBuffer out = ByteBuffer.allocate(512);
        out.putShort(id).putShort((short) 0x8180).putShort((short) 1).putShort((short) found.size());
        out.putInt(0).put(query, 12, in.position() - 12);
        for (byte[] address : found) {
            out.putShort((short) 0xC00C)
                    .putShort((short) type)
                    .putShort((short) 1)
                    .putInt(0);
            out.putShort((short) address.length).put(address);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /** One turn is a question for A with the one for AAAA that follows. */
    private List<String> turn(String name, int type) {
        List<List<String>> answers = zones.getOrDefault(name, List.of(List.of()));
        AtomicInteger count = asked.computeIfAbsent(name, first -> new AtomicInteger());
        int turn = type == A ? count.getAndIncrement() : count.get() - 1;
        return answers.get(Math.max(0, Math.min(turn, answers.size() - 1)));
    }

    int asked(String name) {
        return asked.getOrDefault(name, new AtomicInteger()).get();
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        try {
            all.addAll(ask(host, A));
            all.addAll(ask(host, AAAA));
        } catch (IOException e) {
            throw new UnknownHostException(host + ": " + e.getMessage());
        }
        if (all.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return all;
    }

    private List<InetAddress> ask(String host, int type) throws IOException {
        ByteArrayOutputStream query = new ByteArrayOutputStream();
        query.writeBytes(new byte[] {7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (String label : host.split("\\.")) {
            query.write(label.length());
            query.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        query.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
        try (DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(5000);
            client.send(new DatagramPacket(
                    query.toByteArray(), query.size(), InetAddress.getByName("127.0.0.1"), socket.getLocalPort()));
            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
            client.receive(answer);
            ByteBuffer in = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
            int count = in.getShort(6);
            in.position(query.size());
            List<InetAddress> found = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                in.position(in.position() + 10);
                byte[] address = new byte[in.getShort()];
                in.get(address);
                found.add(InetAddress.getByAddress(host, address));
            }
            return found;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

package dev.ilura.text;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An address as bytes, and whether it is one of the public internet. */
public final class IpAddress {
    /** Networks that are not the public internet, or are addresses of a cloud's own services. RFC 6890 and successors. */
    private static final List<Network> NOT_PUBLIC = List.of(
            Network.v4(8, 0),
            Network.v4(8, 10),
            Network.v4(10, 100, 64),
            Network.v4(8, 127),
            Network.v4(16, 169, 254),
            Network.v4(12, 172, 16),
            Network.v4(24, 192, 0, 0),
            Network.v4(24, 192, 0, 2),
            Network.v4(24, 192, 88, 99),
            Network.v4(16, 192, 168),
            Network.v4(15, 198, 18),
            Network.v4(24, 198, 51, 100),
            Network.v4(24, 203, 0, 113),
            Network.v4(32, 168, 63, 129, 16),
            Network.v4(4, 224),
            Network.v4(4, 240),
            Network.v6(23, 0x20, 0x01, 0x00),
            Network.v6(32, 0x20, 0x01, 0x0D, 0xB8),
            Network.v6(16, 0x20, 0x02),
            Network.v6(20, 0x3F, 0xFF, 0x00));

    private static final Network GLOBAL_V6 = Network.v6(3, 0x20);

    private final String text;
    private final byte[] bytes;

    private IpAddress(String text, byte[] bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    /** Whether it belongs to the public internet. Addresses that carry another address are not, whichever they carry. */
    public boolean isPublic() {
        if (bytes.length == 16 && (!GLOBAL_V6.contains(bytes) || tunnels())) {
            return false;
        }
        return NOT_PUBLIC.stream().noneMatch(network -> network.contains(bytes));
    }

    /** ISATAP: an IPv4 address as the interface of any prefix. */
    private boolean tunnels() {
        return (bytes[8] & 0xFD) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == (byte) 0xFE;
    }

    /** Four decimal numbers without leading zeros; every other way to write an IPv4 address is read differently somewhere. */
    public static Optional<IpAddress> v4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return Optional.of(new IpAddress(text, bytes));
    }

    /** RFC 4291 text without a zone. */
    public static Optional<IpAddress> v6(String text) {
        if (!text.matches("[0-9A-Fa-f:.]{2,45}") || text.contains(":::")) {
            return Optional.empty();
        }
        int gap = text.indexOf("::");
        if (gap != text.lastIndexOf("::")) {
            return Optional.empty();
        }
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap));
        byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2));
        int length = head.length + tail.length;
        if (gap < 0 ? length != 16 : length > 14 || head.length == 1 || tail.length == 1) {
            return Optional.empty();
        }
        byte[] bytes = Arrays.copyOf(head, 16);
        System.arraycopy(tail, 0, bytes, 16 - tail.length, tail.length);
        return Optional.of(new IpAddress(text, bytes));
    }

    /** The bytes of some groups; a single byte if they are malformed, which no group has. */
    private static byte[] groups(String text) {
        byte[] malformed = new byte[1];
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] groups = text.split(":", -1);
        byte[] bytes = new byte[0];
        for (int i = 0; i < groups.length; i++) {
            byte[] group;
            if (groups[i].contains(".") && i == groups.length - 1) {
                group = v4(groups[i]).map(address -> address.bytes).orElse(malformed);
            } else if (groups[i].matches("[0-9A-Fa-f]{1,4}")) {
                int value = Integer.parseInt(groups[i], 16);
                group = new byte[] {(byte) (value >> 8), (byte) value};
            } else {
                group = malformed;
            }
            if (group.length == 1 || bytes.length > 14) {
                return malformed;
            }
            int end = bytes.length;
            bytes = Arrays.copyOf(bytes, end + group.length);
            System.arraycopy(group, 0, bytes, end, group.length);
        }
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress address && Arrays.equals(bytes, address.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return text;
    }

    /** A prefix. */
    private static final class Network {
        private final byte[] prefix;
        private final int bits;

        private Network(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static Network v4(int bits, int... bytes) {
            return of(4, bits, bytes);
        }

        static Network v6(int bits, int... bytes) {
            return of(16, bits, bytes);
        }

        private static Network of(int length, int bits, int... bytes) {
            byte[] prefix = new byte[length];
            for (int i = 0; i < bytes.length; i++) {
                prefix[i] = (byte) bytes[i];
            }
            return new Network(prefix, bits);
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> i % 8;
                if ((address[i / 8] & mask) != (prefix[i / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}

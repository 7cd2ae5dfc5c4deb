package dev.ilura.tools.net;

import dev.ilura.text.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** A network such as {@code 10.1.2.0/24} or {@code fd00::/8}. Immutable. */
public final class AddressRange {
    private final String text;
    private final byte[] prefix;
    private final int bits;

    /** @throws IllegalArgumentException if it is none; the message says why */
    public AddressRange(String text) {
        this.text = text;
        String[] parts = text.split("/", -1);
        String address = parts[0];
        if (parts.length > 2
                || IpAddress.v4(address).or(() -> IpAddress.v6(address)).isEmpty()) {
            throw new IllegalArgumentException("\"" + text + "\" is no network such as 10.1.2.0/24");
        }
        try {
            this.prefix = InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no network", e);
        }
        int longest = prefix.length * 8;
        this.bits = parts.length == 1 ? longest : bits(parts[1], longest);
    }

    private int bits(String written, int longest) {
        if (!written.matches("[0-9]{1,3}") || Integer.parseInt(written) > longest) {
            throw new IllegalArgumentException("\"" + text + "\" has a prefix that is not 0 to " + longest);
        }
        return Integer.parseInt(written);
    }

    /** Whether the address lies in it. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(Arrays.copyOf(bytes, whole), Arrays.copyOf(prefix, whole))) {
            return false;
        }
        int mask = (0xFF << (8 - bits % 8)) & 0xFF;
        return bits % 8 == 0 || (bytes[whole] & mask) == (prefix[whole] & mask);
    }

    @Override
    public String toString() {
        return text;
    }
}

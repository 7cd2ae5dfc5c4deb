package dev.ilura.transport.stdio;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** The addresses that lead out of this machine and its neighbourhood. Source: IANA's special-purpose address registries. */
final class PublicAddresses {
    private PublicAddresses() {}

    static boolean contains(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? isPublic6(bytes) : isPublic4(bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int a = bytes[0] & 0xFF;
        int b = bytes[1] & 0xFF;
        int c = bytes[2] & 0xFF;
        boolean shared = a == 100 && b >= 64 && b < 128;
        boolean protocols = a == 192 && b == 0 && (c == 0 || c == 2);
        boolean benchmarks = a == 198 && (b == 18 || b == 19);
        boolean documents = (a == 198 && b == 51 && c == 100) || (a == 203 && b == 0 && c == 113);
        return a != 0 && a < 224 && !shared && !protocols && !benchmarks && !documents;
    }

    /** Only global unicast, and none that carries an IPv4 address inside: NAT64, 6to4, Teredo and their like. */
    private static boolean isPublic6(byte[] bytes) {
        boolean global = (bytes[0] & 0xE0) == 0x20;
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        boolean special = Arrays.equals(bytes, 0, 3, new byte[] {0x20, 0x01, 0x00}, 0, 3)
                || Arrays.equals(bytes, 0, 4, new byte[] {0x20, 0x01, 0x0D, (byte) 0xB8}, 0, 4);
        return global && !sixToFour && !special;
    }
}

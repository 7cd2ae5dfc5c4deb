package dev.ilura.audit.format;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 by the JDK, whatever other providers are installed: the JVM replaces it by machine code. One instance belongs to
 * one thread.
 */
public final class Sha256 {
    /** Bytes of a digest. */
    public static final int LENGTH = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest digest = fresh();

    /** Of some bytes. */
    public byte[] of(byte[] text, int from, int to) {
        digest.update(text, from, to - from);
        return digest.digest();
    }

    /** Of a leaf of the tree, RFC 6962 section 2.1. */
    public byte[] leaf(byte[] text, int from, int to) {
        digest.update(LEAF);
        digest.update(text, from, to - from);
        return digest.digest();
    }

    /** Of an inner node of the tree. */
    public byte[] node(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }

    /** Of the parts in a row. */
    public static byte[] of(byte[]... parts) {
        MessageDigest digest = fresh();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /** Of the UTF-8 form, as lower-case hex. */
    public static String hex(String text) {
        return HexFormat.of().formatHex(of(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A fresh digest, for data that does not fit in an array. */
    public static MessageDigest fresh() {
        try {
            return MessageDigest.getInstance("SHA-256", "SUN");
        } catch (NoSuchAlgorithmException | java.security.NoSuchProviderException notThisJdk) {
            return anyProvider();
        }
    }

    private static MessageDigest anyProvider() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package dev.ilura.text;

import java.net.IDN;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL of which every program reads the same scheme, host and port. Stricter than the WHATWG parser: where that repairs,
 * this refuses, because another program repairs differently.
 *
 * @param scheme lower case
 * @param host lower case, ASCII, without a trailing dot; the text of the address if it is one
 * @param address the address, if the host is one
 * @param port as written, or -1
 * @param rest path, query and fragment, as written
 */
public record UrlText(String scheme, String host, Optional<IpAddress> address, int port, String rest) {
    private static final int MAX_LENGTH = 8192;
    private static final Pattern SHAPE = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,31})://([^/?#]+)([/?#].*)?");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\[\\]]*\\]|[^:\\[\\]]*)(?::([0-9]{0,5}))?");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

    public static UrlText parse(String text) throws UnclearValueException {
        if (text.length() > MAX_LENGTH) {
            throw new UnclearValueException("is longer than " + MAX_LENGTH + " characters");
        }
        TextReadings.requireVisible(text);
        if (text.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c))) {
            throw new UnclearValueException("has a blank in it");
        }
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw new UnclearValueException("is no URL of the form scheme://host/path");
        }
        String authority = shape.group(2);
        String rest = shape.group(3) == null ? "" : shape.group(3);
        requireNoTrap(authority, rest);
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw new UnclearValueException("has a malformed host or port");
        }
        String port = parts.group(2);
        int number = port == null || port.isEmpty() ? -1 : Integer.parseInt(port);
        if (number == 0 || number > 65535) {
            throw new UnclearValueException("has a port that does not exist");
        }
        String scheme = shape.group(1).toLowerCase(Locale.ROOT);
        return host(scheme, parts.group(1), number, rest);
    }

    private static void requireNoTrap(String authority, String rest) throws UnclearValueException {
        if (authority.indexOf('\\') >= 0 || path(rest).indexOf('\\') >= 0) {
            throw new UnclearValueException("has a backslash, which some programs take for '/'");
        }
        if (authority.indexOf('@') >= 0) {
            throw new UnclearValueException("has a user name, behind which the host hides");
        }
        if (authority.indexOf('%') >= 0) {
            throw new UnclearValueException("has an encoded host");
        }
        // the attack: https://good.example#@evil.example/, whose host depends on where a program stops reading
        if (!rest.startsWith("/") && rest.split("/", 2)[0].indexOf('@') >= 0) {
            throw new UnclearValueException("has an '@' where some programs still look for the host");
        }
    }

    private static String path(String rest) {
        return rest.split("[?#]", 2)[0];
    }

    private static UrlText host(String scheme, String host, int port, String rest) throws UnclearValueException {
        if (host.startsWith("[")) {
            IpAddress address = IpAddress.v6(host.substring(1, host.length() - 1))
                    .orElseThrow(() -> new UnclearValueException("has a malformed IPv6 address"));
            return new UrlText(scheme, host.toLowerCase(Locale.ROOT), Optional.of(address), port, rest);
        }
        String name = ascii(host);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        String last = name.substring(name.lastIndexOf('.') + 1);
        if (NUMBER.matcher(last).matches()) {
            IpAddress address = IpAddress.v4(name)
                    .orElseThrow(() ->
                            new UnclearValueException("has an address that is not written as four decimal numbers"));
            return new UrlText(scheme, name, Optional.of(address), port, rest);
        }
        requireName(name);
        return new UrlText(scheme, name, Optional.empty(), port, rest);
    }

    private static String ascii(String host) throws UnclearValueException {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.chars().allMatch(c -> c < 0x80)) {
            return lower;
        }
        boolean plain = Normalizer.normalize(lower, Normalizer.Form.NFKC).equals(lower)
                && TextReadings.plainPunctuation(lower).equals(lower)
                && lower.chars().noneMatch(c -> c == '\u00DF' || c == '\u03C2');
        if (!plain) {
            throw new UnclearValueException("has a host that two standards turn into different names");
        }
        try {
            return IDN.toASCII(lower, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new UnclearValueException("has a host that is no name");
        }
    }

    private static void requireName(String name) throws UnclearValueException {
        if (name.isEmpty() || name.length() > 253) {
            throw new UnclearValueException("has no host, or one that is too long");
        }
        for (String label : name.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                throw new UnclearValueException("has a host that is no name");
            }
        }
    }

    /** The port that is really meant, or -1 for a scheme without one. */
    public int effectivePort() {
        if (port > 0) {
            return port;
        }
        return switch (scheme) {
            case "http", "ws" -> 80;
            case "https", "wss" -> 443;
            default -> -1;
        };
    }

    @Override
    public String toString() {
        return scheme + "://" + host + (port > 0 ? ":" + port : "") + rest;
    }
}

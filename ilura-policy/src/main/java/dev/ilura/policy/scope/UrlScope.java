package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.text.IpAddress;
import dev.ilura.text.UnclearValueException;
import dev.ilura.text.UrlText;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * URLs of given schemes, hosts and ports, with public addresses only unless private ones are allowed. What is sent has
 * scheme and host in lower case and the host in ASCII.
 *
 * <p>The server behind the gate looks the host up again and may get another address, and may be redirected. Only the
 * confinement of the server closes that gap; this is a first net.
 */
public final class UrlScope implements Scope {
    /** The URL is out of the scheme, host, port or address range. */
    public static final String OUTSIDE = "ILR-POLICY-111";

    /** The text has no single reading as a URL. */
    public static final String UNCLEAR = "ILR-POLICY-112";

    private static final int MAX_REDIRECTS = 5;

    /** Ports that browsers refuse because another protocol listens there, and the common ones of databases. */
    private static final Set<Integer> FOREIGN_PORTS = Set.of(
            1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
            109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514,
            515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1433, 1521, 1719, 1720,
            1723, 2049, 2375, 2376, 2379, 3306, 3659, 4045, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668,
            6669, 6679, 6697, 10080, 11211, 27017);

    /** Names that by definition, or by what they are made for, lead to machines nearby. */
    private static final List<String> NEARBY = List.of(
            "localhost",
            "local",
            "internal",
            "intranet",
            "lan",
            "home",
            "corp",
            "private",
            "localdomain",
            "home.arpa",
            "in-addr.arpa",
            "ip6.arpa",
            "nip.io",
            "sslip.io",
            "xip.io",
            "localtest.me",
            "lvh.me",
            "vcap.me",
            "lacolhost.com");

    private final HostFacts facts;
    private final List<String> schemes;
    private final List<String> hosts;
    private final List<Integer> ports;
    private final boolean publicOnly;

    private UrlScope(
            HostFacts facts, List<String> schemes, List<String> hosts, List<Integer> ports, boolean publicOnly) {
        this.facts = facts;
        this.schemes = List.copyOf(schemes);
        this.hosts = List.copyOf(hosts);
        this.ports = List.copyOf(ports);
        this.publicOnly = publicOnly;
    }

    /** Any public host, by https on any ordinary port. */
    public static UrlScope publicHosts() {
        return new UrlScope(HostFacts.unresolved(), List.of("https"), List.of("*"), List.of(), true);
    }

    /**
     * Only these hosts: {@code "api.example.com"}, {@code "*.example.com"} for every name below it, {@code "*"} for all.
     *
     * @throws IllegalArgumentException if there is none, or one is no host
     */
    public UrlScope hosts(List<String> hosts) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a URL scope needs a host");
        }
        List<String> lower =
                hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        for (String host : lower) {
            if (!host.equals("*") && !host.matches("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+\\]")) {
                throw new IllegalArgumentException("not a host: " + VisibleText.oneLine(host));
            }
        }
        return new UrlScope(facts, schemes, lower, ports, publicOnly);
    }

    /** Only these schemes instead of https. */
    public UrlScope schemes(List<String> schemes) {
        return new UrlScope(
                facts,
                schemes.stream().map(scheme -> scheme.toLowerCase(Locale.ROOT)).toList(),
                hosts,
                ports,
                publicOnly);
    }

    /** Only these ports, also where a URL names none and its scheme's own is meant. */
    public UrlScope ports(List<Integer> ports) {
        return new UrlScope(facts, schemes, hosts, ports, publicOnly);
    }

    /** Also addresses of private networks, as far as the hosts allow them. */
    public UrlScope withPrivateAddresses() {
        return new UrlScope(facts, schemes, hosts, ports, false);
    }

    /** With other knowledge about hosts than none. */
    public UrlScope knowing(HostFacts facts) {
        return new UrlScope(Objects.requireNonNull(facts, "facts"), schemes, hosts, ports, publicOnly);
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        if (!value.isString()) {
            return Finding.unclear(UNCLEAR, "is no string, so it is no URL");
        }
        String text = value.text();
        try {
            UrlText url = UrlText.parse(text);
            Finding finding = place(url);
            for (int hop = 0; hop < MAX_REDIRECTS && finding.standing() == Finding.Standing.INSIDE; hop++) {
                Optional<String> next = facts.redirect(url.toString());
                if (next.isEmpty()) {
                    break;
                }
                url = UrlText.parse(next.get());
                finding = place(url);
            }
            String canonical = UrlText.parse(text).toString();
            return canonical.equals(text) ? finding : finding.sending(canonical);
        } catch (UnclearValueException e) {
            return Finding.unclear(UNCLEAR, e.why() + ": " + shown(text));
        }
    }

    private Finding place(UrlText url) {
        if (!schemes.contains(url.scheme())) {
            return outside("has the scheme " + url.scheme() + ", not one of " + schemes);
        }
        if (hosts.stream().noneMatch(pattern -> matches(pattern, url.host()))) {
            return outside("leads to the host " + url.host() + ", not one of " + hosts);
        }
        int port = url.effectivePort();
        if (ports.isEmpty() ? FOREIGN_PORTS.contains(port) : !ports.contains(port)) {
            return outside("leads to port " + port);
        }
        return publicOnly ? publicPlace(url) : Finding.inside("leads to " + url.host());
    }

    private Finding publicPlace(UrlText url) {
        if (url.address().isPresent()) {
            return url.address().get().isPublic()
                    ? Finding.inside("leads to the public address " + url.host())
                    : outside("leads to " + url.host() + ", which is no public address");
        }
        boolean nearby = url.host().indexOf('.') < 0
                || NEARBY.stream()
                        .anyMatch(name -> url.host().equals(name) || url.host().endsWith("." + name));
        if (nearby && !hosts.contains(url.host())) {
            return outside("leads to " + url.host() + ", a name for machines nearby");
        }
        Optional<List<String>> addresses = facts.addresses(url.host());
        if (addresses.isEmpty()) {
            return Finding.inside("leads to " + url.host());
        }
        if (addresses.get().isEmpty()) {
            return outside("leads to " + url.host() + ", which has no address");
        }
        for (String address : addresses.get()) {
            if (!isPublic(address)) {
                return outside("leads to " + url.host() + ", which is " + address + ", no public address");
            }
        }
        return Finding.inside("leads to " + url.host() + " at " + addresses.get());
    }

    /** Every address counts: the attack is a name that has a public and a private one. */
    private static boolean isPublic(String address) {
        String withoutZone = address.split("%", 2)[0];
        return IpAddress.v4(withoutZone)
                .or(() -> IpAddress.v6(withoutZone))
                .map(IpAddress::isPublic)
                .orElse(false);
    }

    private static boolean matches(String pattern, String host) {
        if (pattern.startsWith("*.")) {
            return host.length() > pattern.length() - 1 && host.endsWith(pattern.substring(1));
        }
        return pattern.equals("*") || pattern.equals(host);
    }

    private static Finding outside(String explanation) {
        return Finding.outside(OUTSIDE, explanation);
    }

    private static String shown(String text) {
        String visible = VisibleText.oneLine(text);
        return visible.length() <= 200 ? visible : visible.substring(0, 200) + "\u2026";
    }

    @Override
    public List<?> edges() {
        List<String> edges = new ArrayList<>(List.of("https://other.example/", "http://127.0.0.1/"));
        for (String host : hosts) {
            String name = host.equals("*") ? "www.example.com" : host.replace("*.", "a.");
            edges.addAll(List.of("https://" + name + "/", "http://" + name + "/", "https://" + name + ":8443/"));
            edges.addAll(List.of("https://sub." + name + "/", "https://" + name + ".other.example/"));
            schemes.forEach(scheme -> edges.add(scheme + "://" + name + "/"));
            ports.forEach(port -> edges.add("https://" + name + ":" + port + "/"));
        }
        return edges;
    }

    @Override
    public String describe() {
        String base = "a URL of " + schemes + " to " + hosts;
        String withPorts = ports.isEmpty() ? base : base + " on ports " + ports;
        return publicOnly ? withPorts + " with public addresses only" : withPorts;
    }

    @Override
    public Map<String, ?> facts() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("type", "url");
        all.put("schemes", schemes);
        all.put("hosts", hosts);
        all.put("ports", ports);
        all.put("publicOnly", publicOnly);
        all.put("resolve", !facts.equals(HostFacts.unresolved()));
        return all;
    }
}

package dev.ilura.policy.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.scope.Finding.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** However a denied address or path is written, it stays denied. */
class VariantsProperties {
    private static final UrlScope PUBLIC =
            UrlScope.publicHosts().hosts(List.of("*")).schemes(List.of("http", "https"));

    @SuppressWarnings("NullAway.Init") // before the container
    private static Path tree;

    private static ToolCall call(Path... roots) {
        return ToolCall.to("s", Tool.of(JsonValue.of(Map.of("name", "write"))))
                .roots(List.of(roots))
                .build();
    }

    @BeforeContainer
    static void aTreeWithLinksOutOfIt() throws IOException {
        tree = Files.createTempDirectory("ilura-variants").toRealPath();
        Path root = tree.resolve("root");
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(tree.resolve("secret.txt"), "x");
        Files.createSymbolicLink(root.resolve("out"), tree);
        Files.createSymbolicLink(root.resolve("a/up"), Path.of("../.."));
        Files.createSymbolicLink(root.resolve("a/b/file"), tree.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("chain"), Path.of("a/up"));
    }

    @AfterContainer
    static void remove() throws IOException {
        try (var all = Files.walk(tree)) {
            for (Path path : all.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(tries = 2000)
    void aPrivateAddressStaysDeniedHoweverItIsWritten(
            @ForAll("privateAddresses") int[] address, @ForAll("spellings") int spelling, @ForAll("places") int place) {
        String url = placed(spelled(address, spelling), place);

        assertThat(PUBLIC.judge(JsonValue.of(url), call()).standing()).as(url).isNotEqualTo(Standing.INSIDE);
    }

    @Provide
    Arbitrary<int[]> privateAddresses() {
        Arbitrary<Integer> any = Arbitraries.integers().between(0, 255);
        Arbitrary<int[]> ten = Combinators.combine(any, any, any).as((b, c, d) -> new int[] {10, b, c, d});
        Arbitrary<int[]> loopback = Combinators.combine(any, any, any).as((b, c, d) -> new int[] {127, b, c, d});
        Arbitrary<int[]> home = Combinators.combine(any, any).as((c, d) -> new int[] {192, 168, c, d});
        Arbitrary<int[]> link = Combinators.combine(any, any).as((c, d) -> new int[] {169, 254, c, d});
        Arbitrary<int[]> sixteen = Combinators.combine(Arbitraries.integers().between(16, 31), any, any)
                .as((b, c, d) -> new int[] {172, b, c, d});
        return Arbitraries.oneOf(ten, loopback, home, link, sixteen);
    }

    @Provide
    Arbitrary<Integer> spellings() {
        return Arbitraries.integers().between(0, 14);
    }

    @Provide
    Arbitrary<Integer> places() {
        return Arbitraries.integers().between(0, 7);
    }

    private static String spelled(int[] a, int spelling) {
        long all = (long) a[0] << 24 | a[1] << 16 | a[2] << 8 | a[3];
        String plain = a[0] + "." + a[1] + "." + a[2] + "." + a[3];
        return switch (spelling) {
            case 0 -> plain;
            case 1 -> Long.toString(all);
            case 2 -> "0x" + Long.toHexString(all);
            case 3 -> "0" + Long.toOctalString(all);
            case 4 -> String.format("0x%x.0x%x.0x%x.0x%x", a[0], a[1], a[2], a[3]);
            case 5 -> String.format("0%o.0%o.0%o.0%o", a[0], a[1], a[2], a[3]);
            case 6 -> a[0] + "." + ((a[1] << 16) + (a[2] << 8) + a[3]);
            case 7 -> a[0] + "." + a[1] + "." + ((a[2] << 8) + a[3]);
            case 8 -> "[::ffff:" + plain + "]";
            case 9 -> String.format("[::ffff:%x:%x]", all >> 16, all & 0xFFFF);
            case 10 -> String.format("[64:ff9b::%x:%x]", all >> 16, all & 0xFFFF);
            case 11 -> String.format("[2002:%x:%x::1]", all >> 16, all & 0xFFFF);
            case 12 -> plain + ".";
            case 13 ->
                plain.chars()
                        .mapToObj(c -> c == '.' ? "." : Character.toString(0xFF10 + c - '0'))
                        .collect(Collectors.joining());
            default -> plain.replace(".", "\u3002");
        };
    }

    private static String placed(String host, int place) {
        return switch (place) {
            case 0 -> "http://" + host + "/";
            case 1 -> "HTTP://" + host + ":80/x?y#z";
            case 2 -> "https://www.example.com@" + host + "/";
            case 3 -> "http://" + host + "#@www.example.com/";
            case 4 -> "http://" + host + "\\@www.example.com/";
            case 5 -> "http://" + host + "?.example.com";
            case 6 -> "http:\\\\" + host + "\\x";
            default -> "http://" + host + "/../www.example.com";
        };
    }

    @Property(tries = 1000)
    void aPathThroughALinkOutOfTheRootStaysDenied(
            @ForAll("ways") List<String> way, @ForAll("decorations") int decoration) {
        Path root = tree.resolve("root");
        String path = root + "/" + String.join("/", way);
        Path real = real(path);
        String spelled = switch (decoration) {
            case 0 -> path;
            case 1 -> path.replace("/", "//");
            case 2 -> path.replace("/", "/./");
            case 3 -> path + "/";
            default -> root + "/a/../" + String.join("/", way);
        };
        Finding finding = PathScope.insideRoots().judge(JsonValue.of(spelled), call(root));

        if (!real.startsWith(root)) {
            assertThat(finding.standing()).as(spelled).isNotEqualTo(Standing.INSIDE);
        }
    }

    /** Where the kernel would go: every existing part with its links followed. */
    private static Path real(String path) {
        try {
            Path known = Path.of(path);
            return Files.exists(known) ? known.toRealPath() : known.normalize();
        } catch (IOException e) {
            return Path.of("/");
        }
    }

    @Provide
    Arbitrary<List<String>> ways() {
        return Arbitraries.of("out", "a", "b", "up", "file", "chain", "secret.txt", "root", "..", "new")
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<Integer> decorations() {
        return Arbitraries.integers().between(0, 4);
    }
}

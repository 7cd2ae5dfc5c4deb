package dev.ilura.tools.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Arguments;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.OwnTool;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.Cases;
import dev.ilura.tools.HostNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Every URL of the cases straight to the tools. Names have the addresses that the case says; each connection that is about
 * to be made is noted, and not made.
 */
@SuppressWarnings("AddressSelection") // addresses are written out
class UrlCasesTest {
    /** Not public, written down a second time and in another way than in the product. */
    private static final List<AddressRange> NOT_PUBLIC = List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/32",
                    "2001:db8::/32",
                    "2002::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .stream()
            .map(AddressRange::new)
            .toList();

    @Test
    void noUrlLeadsToWhatIsNotPublic() throws IOException {
        List<JsonValue> cases = Cases.of("ssrf");
        int connections = 0;
        List<String> deniedButPublic = new ArrayList<>();
        for (JsonValue one : cases) {
            List<InetSocketAddress> attempts = attempts(one);
            assertThat(attempts)
                    .as(one.raw())
                    .allSatisfy(to -> assertThat(NOT_PUBLIC).noneMatch(range -> range.contains(to.getAddress())));
            connections += attempts.size();
            boolean anyHost = one.at("/scope/hosts/0").orElseThrow().text().equals("*");
            boolean deny = one.member("expect").orElseThrow().text().equals("deny");
            if (deny && anyHost && !attempts.isEmpty()) {
                deniedButPublic.add(one.at("/args").orElseThrow().raw());
            }
        }
        System.out.println(cases.size() + " cases, " + connections + " connections, all to public addresses, "
                + deniedButPublic.size() + " of cases that are labelled deny for any host: " + deniedButPublic);
        assertThat(connections).as("some lead to the public and are let pass").isPositive();
    }

    private static List<InetSocketAddress> attempts(JsonValue one) {
        List<InetSocketAddress> attempts = new ArrayList<>();
        EgressGuard guard = new EgressGuard(names(one), List.of(), Optional.empty(), to -> {
            attempts.add(to);
            throw new IOException("no connection is made in this test");
        });
        FetchRules open = new FetchRules(
                FetchRules.DEFAULTS.bytes(),
                FetchRules.DEFAULTS.time(),
                100_000,
                FetchRules.DEFAULTS.types(),
                false,
                FetchRules.DEFAULTS.redirects());
        try (WebClient client = new WebClient(guard, Optional.empty(), Optional.empty(), open, TimeSource.system())) {
            for (OwnTool tool : new FetchTools(() -> client, open).all()) {
                for (JsonValue value :
                        one.member("args").orElseThrow().members().values()) {
                    if (value.isString()) {
                        call(tool, value.text());
                    }
                }
            }
        }
        return attempts;
    }

    private static void call(OwnTool tool, String url) {
        try {
            tool.call(new Request(ToolCall.to("network", Tool.of(tool.definition()))
                    .arguments(Arguments.of(Map.of("url", url, "method", method(tool))))
                    .build()));
        } catch (ToolException e) {
            assertThat(e.code()).startsWith("ILR-TOOLS-07");
        }
    }

    private static String method(OwnTool tool) {
        return tool.definition().member("name").orElseThrow().text().equals("send") ? "POST" : "GET";
    }

    /** The names of the case, and the names that mean this machine everywhere. */
    private static HostNames names(JsonValue one) {
        Map<String, JsonValue> table =
                one.at("/scope/dns").map(JsonValue::members).orElse(Map.of());
        return host -> {
            if (host.equals("localhost") || host.endsWith(".localhost")) {
                return List.of(InetAddress.getByName("127.0.0.1"));
            }
            JsonValue found = table.get(host);
            if (found == null) {
                throw new UnknownHostException(host);
            }
            List<InetAddress> addresses = new ArrayList<>();
            for (JsonValue address : found.elements()) {
                addresses.add(InetAddress.getByName(address.text()));
            }
            return addresses;
        };
    }

    private record Request(ToolCall call) implements ToolRequest {
        @Override
        public void progress(long done, long total, String message) {
            // nobody listens
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {
            // never
        }
    }
}

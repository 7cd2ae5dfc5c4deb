package dev.ilura;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.Transport;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that could not mean what was said is not built, and the message names both sides. */
class GatewayBuilderTest {
    private static final PolicyEngine NOTHING = new PolicyEngine() {
        @Override
        public Decision decide(ToolCall call) {
            return new Decision.Deny(RuleRef.NO_MATCH, "ILR-TEST-001", "no", List.of());
        }

        @Override
        public String version() {
            return "1";
        }
    };

    private record Server(String name) implements ServerSpec {
        @Override
        public List<Path> roots() {
            return List.of();
        }

        @Override
        public Transport transport() {
            return (receiver, gate) -> {
                throw new java.io.IOException("never opened here");
            };
        }
    }

    private static void assertRefused(ThrowingCallable action, String code, String... named) {
        assertThatThrownBy(action)
                .isInstanceOf(IluraException.class)
                .hasMessageStartingWith(code)
                .hasMessageContainingAll(named);
    }

    private static Gateway.Builder complete() {
        return Gateway.builder().server(new Server("files")).policy(NOTHING).audit(InsecureDefaults.noAuditLog());
    }

    @Test
    void whatIsMissingIsNamed() {
        assertRefused(
                () -> Gateway.builder().audit(InsecureDefaults.noAuditLog()).build(), "ILR-CONF-001", "a policy");
        assertRefused(() -> Gateway.builder().policy(NOTHING).build(), "ILR-CONF-001", "an audit sink");
    }

    @Test
    void twoServersOfOneNameAreRefused() {
        assertRefused(() -> complete().server(new Server("files")), "ILR-CONF-003", "\"files\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a__b",
                "-a",
                "a-",
                "a b",
                "a/b",
                "a.b",
                "\u0430",
                "aaaaaaaaaabbbbbbbbbbccccccccccddd",
                "a\nb"
            })
    void aNameThatCouldBeTakenForAnotherIsNoServerName(String name) {
        assertRefused(() -> complete().server(new Server(name)), "ILR-CONF-003", "no server name");
    }

    @Test
    void twoPoliciesForTheDefaultPodAreRefused() {
        assertRefused(() -> complete().pod(Pod.named(Pod.DEFAULT, NOTHING)).build(), "ILR-CONF-002", "policy", "pod");
    }

    @Test
    void twoPodsOfOneNameAreRefused() {
        assertRefused(
                () -> complete().pod(Pod.named("x", NOTHING)).pod(Pod.named("x", NOTHING)), "ILR-CONF-003", "\"x\"");
    }

    @Test
    void aPodWithAServerThatDoesNotExistIsRefused() {
        Pod pod = new Pod("x", List.of("nobody"), NOTHING, Pod.ToolNames.qualified());
        assertRefused(() -> complete().pod(pod).build(), "ILR-CONF-002", "\"nobody\"", "files");
    }

    @Test
    void plainNamesNeedOneServer() {
        Pod pod = new Pod("x", List.of(), NOTHING, Pod.ToolNames.plain());
        assertRefused(
                () -> complete().server(new Server("other")).pod(pod).build(), "ILR-CONF-002", "plain", "2 servers");
    }

    @Test
    void buildingStartsNothing() {
        try (Gateway gateway = complete().build()) {
            assertThat(gateway.inventory().server("files").orElseThrow().state())
                    .isEqualTo(Inventory.State.IDLE);
        }
    }
}

package dev.ilura;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Arguments are their bytes. */
class ArgumentsTest {

    private static Arguments of(String json) {
        return Arguments.of(JsonValue.parse(json));
    }

    @Test
    void theBytesAreKeptAsTheyCame() {
        Arguments arguments = of("{ \"a\" : 1.0 }");
        assertThat(arguments.bytes()).asString().isEqualTo("{ \"a\" : 1.0 }");
        assertThat(arguments).isNotEqualTo(of("{\"a\":1.0}"));
        assertThat(arguments.sha256())
                .hasSize(64)
                .isNotEqualTo(of("{\"a\":1.0}").sha256());
    }

    @Test
    void theBytesGivenOutAreACopy() {
        Arguments arguments = of("{\"a\":1}");
        Arrays.fill(arguments.bytes(), (byte) ' ');
        assertThat(arguments.json().raw()).isEqualTo("{\"a\":1}");
    }

    @Test
    void onlyAnObjectIsArguments() {
        for (String other : new String[] {"[]", "1", "\"x\"", "null", "true"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> of(other));
        }
    }

    @Test
    void argumentsHaveTheirOwnBounds() {
        assertThatThrownBy(() -> of("{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}"))
                .isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> of("{\"a\":" + "1".repeat(70) + "}")).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> of("{\"a\":\"" + "x".repeat(4 << 20) + "\"}"))
                .isInstanceOf(MalformedJsonException.class);
    }

    @Test
    void aRewriteChangesOneStringAndNoOtherByte() {
        Arguments before = of("{ \"b\":1e0,\t\"path\" : \"/srv/x/../a\", \"p2\":[\"/srv/x/../a\"] }");
        Arguments after = before.with(new Decision.Rewrite("/path", "/srv/\"a\u00e9"));
        assertThat(after.json().raw())
                .isEqualTo("{ \"b\":1e0,\t\"path\" : \"/srv/\\\"a\u00e9\", \"p2\":[\"/srv/x/../a\"] }");
    }

    @Test
    void aRewriteToTheSameChangesNothing() {
        Arguments before = of("{\"path\":\"\\/srv\"}");
        assertThat(before.with(new Decision.Rewrite("/path", "/srv"))).isSameAs(before);
    }

    @Test
    void onlyAStringThatIsThereIsRewritten() {
        for (String pointer : new String[] {"/missing", "/n", "/o", "", "/o/x"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> of("{\"n\":1,\"o\":{}}").with(new Decision.Rewrite(pointer, "x")));
        }
    }

    @Test
    void whatIsLoggedShowsNoContent() {
        assertThat(of("{\"password\":\"hunter2\"}").toString()).doesNotContain("hunter2", "password");
    }

    @Test
    void aMapIsWrittenOnce() {
        assertThat(Arguments.of(Map.of("a", 1)).json().raw()).isEqualTo("{\"a\":1}");
        assertThat(Arguments.empty().json().raw()).isEqualTo("{}");
    }
}

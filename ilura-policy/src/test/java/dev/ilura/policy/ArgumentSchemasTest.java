package dev.ilura.policy;

import static dev.ilura.policy.Calls.call;
import static dev.ilura.policy.Calls.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.ilura.Decision;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentSchemasTest {
    private static final String TRANSFER = """
            {"type":"object","properties":{"amount":{"type":"integer","minimum":1,"maximum":500},
             "to":{"type":"string","pattern":"^acct_[a-z0-9]{8}$"},"note":{"type":"string","maxLength":3}},
             "required":["amount","to"],"additionalProperties":false}""";

    private final ArgumentSchemas schemas = new ArgumentSchemas(ArgumentLimits.DEFAULTS);

    private Optional<String> code(String schema, String arguments) {
        return schemas.validate(call("bank", tool("transfer", schema), arguments))
                .map(Decision.Deny::code);
    }

    @Test
    void instanceOfTheSchemaPasses() {
        assertThat(code(
                        TRANSFER,
                        "{\"amount\":5.0,\"to\":\"acct_ab12cd34\",\"note\":\"\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\"}"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"amount\":501,\"to\":\"acct_ab12cd34\"}",
                "{\"amount\":\"5\",\"to\":\"acct_ab12cd34\"}",
                "{\"amount\":true,\"to\":\"acct_ab12cd34\"}",
                "{\"amount\":5}",
                "{\"amount\":5,\"to\":\"acct_ab12cd34\\n\"}",
                "{\"amount\":5,\"to\":\"acct_ab12cd34\",\"Amount\":6}"
            })
    void nothingIsCoercedAndNothingIsAdded(String arguments) {
        assertThat(code(TRANSFER, arguments)).contains("ILR-POLICY-011");
    }

    @Test
    void denialSaysWhereTheFaultIs() {
        var denial =
                schemas.validate(call("bank", tool("transfer", TRANSFER), "{\"amount\":501,\"to\":\"acct_ab12cd34\"}"));

        assertThat(denial)
                .get()
                .satisfies(deny -> assertThat(deny.reason())
                        .startsWith("call of bank/transfer: /amount does not fit the schema: "));
    }

    @Test
    void keyThatPollutesPrototypesIsDenied() {
        assertThat(code("{\"type\":\"object\"}", "{\"a\":[{\"__proto__\":{}}]}"))
                .contains("ILR-POLICY-013");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":12}",
                "{\"$schema\":\"https://unknown.example/schema\"}",
                "{\"properties\":{\"a\":{\"pattern\":\"(\"}}}",
                "{\"$ref\":\"#\"}"
            })
    void schemaThatCannotBeUsedDenies(String schema) {
        assertThat(code(schema, "{\"a\":\"x\"}")).contains("ILR-POLICY-012");
    }

    @Test
    void patternThatExplodesIsGivenUp() {
        String schema = "{\"properties\":{\"a\":{\"pattern\":\"^(a|aa)+\\\\1b$\"}}}";
        String arguments = "{\"a\":\"" + "a".repeat(80) + "!\"}";

        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(code(schema, arguments)).contains("ILR-POLICY-012"));
    }

    @Test
    void referenceIsNeverFetched() {
        assertThat(code("{\"properties\":{\"a\":{\"$ref\":\"https://elsewhere.example/s.json\"}}}", "{\"a\":1}"))
                .isPresent();
    }

    @Test
    void patternPropertiesStillFeedAdditionalProperties() {
        String schema = """
                {"patternProperties":{"^x_":{"type":"integer"}},"additionalProperties":false}""";

        assertThat(code(schema, "{\"x_a\":1}")).isEmpty();
        assertThat(code(schema, "{\"x_a\":\"1\"}")).contains("ILR-POLICY-011");
        assertThat(code(schema, "{\"y\":1}")).contains("ILR-POLICY-011");
    }

    @Test
    void olderDialectsAreReadByTheirOwnRules() {
        String schema = """
                {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"a":{"items":[{"type":"integer"}]}}}""";

        assertThat(code(schema, "{\"a\":[1,\"x\"]}")).isEmpty();
        assertThat(code(schema, "{\"a\":[\"x\"]}")).contains("ILR-POLICY-011");
    }
}

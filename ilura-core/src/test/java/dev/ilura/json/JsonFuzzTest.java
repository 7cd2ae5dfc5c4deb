package dev.ilura.json;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Whatever the bytes: no other exception than the one that refuses, no reading that a second reader does not share, and
 * navigation that stays within the text. Replays its corpus in every build; {@code JAZZER_FUZZ=1} searches.
 */
class JsonFuzzTest {
    /** The canonical form writes a number that no double holds digit by digit: up to its exponent's length longer. */
    private static final JsonLimits WRITTEN_OUT = new JsonLimits(1 << 30, 32, 1000, 1000);

    @FuzzTest(maxDuration = "3m")
    void aTextIsReadByBothReadersAlikeOrRefused(byte[] text) {
        JsonValue value;
        try {
            value = JsonValue.parse(text, JsonLimits.ARGUMENTS);
        } catch (MalformedJsonException refused) {
            if (refused.fault() != MalformedJsonException.Fault.LIMIT
                    && StrictJackson.read(text).isPresent()) {
                throw new AssertionError("refused what is strict JSON", refused);
            }
            return;
        }
        Optional<JsonNode> theirs = StrictJackson.read(text);
        if (theirs.isEmpty()) {
            throw new AssertionError("accepted what is no strict JSON");
        }
        if (!StrictGson.readsAlike(text, value)) {
            throw new AssertionError("a third reader reads it differently");
        }
        walk(value);
        byte[] canonical = CanonicalJson.of(value);
        JsonValue again = JsonValue.parse(canonical, WRITTEN_OUT);
        if (!java.util.Arrays.equals(canonical, CanonicalJson.of(again))) {
            throw new AssertionError("the canonical form is not its own");
        }
    }

    private static void walk(JsonValue value) {
        value.members().forEach((name, member) -> {
            if (!value.member(name).equals(Optional.of(member))) {
                throw new AssertionError("a member is not found by its name");
            }
            walk(member);
        });
        value.elements().forEach(JsonFuzzTest::walk);
        value.toJava();
    }
}

package dev.ilura.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ilura.json.MalformedJsonException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Two readers that read one text in two ways are the attack. So: accepted is exactly what strict Jackson accepts, and read the same. */
class JsonValueProperties {

    @Provide
    Arbitrary<byte[]> texts() {
        return Arbitraries.oneOf(
                JsonTexts.values().map(text -> text.getBytes(StandardCharsets.UTF_8)), JsonTexts.damaged());
    }

    @Provide
    Arbitrary<String> values() {
        return JsonTexts.values();
    }

    private static Optional<JsonValue> read(byte[] text) {
        try {
            return Optional.of(JsonValue.parse(text, JsonLimits.FRAME));
        } catch (MalformedJsonException e) {
            assertThat(e.offset()).isBetween(0, text.length);
            return Optional.empty();
        }
    }

    @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
    void whatIsAcceptedIsWhatStrictJacksonAcceptsAndReadTheSame(@ForAll("texts") byte[] text) {
        JsonValue ours;
        try {
            ours = JsonValue.parse(text, JsonLimits.FRAME);
        } catch (MalformedJsonException refusal) {
            assertThat(refusal.fault() == Fault.LIMIT
                            || StrictJackson.read(text).isEmpty())
                    .as("%s: %s", new String(text, StandardCharsets.UTF_8), refusal.getMessage())
                    .isTrue();
            return;
        }
        Optional<JsonNode> theirs = StrictJackson.read(text);
        assertThat(theirs).as("%s", ours).isPresent();
        assertSame(ours, theirs.orElseThrow());
        assertThat(StrictGson.readsAlike(text, ours)).as("%s", ours).isTrue();
    }

    private static void assertSame(JsonValue ours, JsonNode theirs) {
        switch (ours.kind()) {
            case OBJECT -> {
                assertThat(theirs.isObject()).isTrue();
                assertThat(ours.members().keySet()).containsExactlyElementsOf(names(theirs));
                ours.members().forEach((name, value) -> {
                    assertThat(ours.member(name)).contains(value);
                    assertSame(value, theirs.get(name));
                });
            }
            case ARRAY -> {
                assertThat(theirs.isArray()).isTrue();
                Iterator<JsonNode> elements = theirs.elements();
                ours.elements().forEach(element -> assertSame(element, elements.next()));
                assertThat(elements.hasNext()).isFalse();
            }
            case STRING -> assertThat(ours.text()).isEqualTo(theirs.textValue());
            case NUMBER -> assertThat(ours.number()).isEqualByComparingTo(theirs.decimalValue());
            case BOOLEAN -> assertThat(ours.flag()).isEqualTo(theirs.booleanValue());
            case NULL -> assertThat(theirs.isNull()).isTrue();
        }
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void everyPointerLeadsWhereJacksonsDoes(@ForAll("values") String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        read(bytes).ifPresent(root -> {
            JsonNode tree = StrictJackson.read(bytes).orElseThrow();
            for (String pointer : pointers(root, "")) {
                assertSame(root.at(pointer).orElseThrow(), tree.at(pointer));
            }
            assertThat(root.at("/no such member")).isEmpty();
        });
    }

    private static List<String> pointers(JsonValue value, String here) {
        List<String> pointers = new ArrayList<>(List.of(here));
        value.members()
                .forEach((name, member) -> pointers.addAll(
                        pointers(member, here + "/" + name.replace("~", "~0").replace("/", "~1"))));
        List<JsonValue> elements = value.elements();
        for (int i = 0; i < elements.size(); i++) {
            pointers.addAll(pointers(elements.get(i), here + "/" + i));
        }
        return pointers;
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void aSpliceChangesItsSpanAndNothingElse(@ForAll("values") String text, @ForAll int which) {
        read(text.getBytes(StandardCharsets.UTF_8)).ifPresent(root -> {
            List<String> all = pointers(root, "");
            String pointer = all.get(Math.floorMod(which, all.size()));
            JsonValue part = root.at(pointer).orElseThrow();
            byte[] replacement = "{\"new\":[1]}".getBytes(StandardCharsets.UTF_8);

            byte[] spliced = root.splice(part, replacement);

            assertThat(spliced.length).isEqualTo(root.length() - part.length() + replacement.length);
            JsonValue after = JsonValue.parse(spliced, JsonLimits.FRAME);
            assertThat(after.at(pointer).orElseThrow().bytes()).isEqualTo(replacement);
            assertThat(after.splice(after.at(pointer).orElseThrow(), part.bytes()))
                    .as("putting the old part back gives the old bytes")
                    .isEqualTo(root.bytes());
        });
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenIsReadBackAsItWas(@ForAll("values") String text) {
        read(text.getBytes(StandardCharsets.UTF_8)).ifPresent(value -> {
            JsonValue again = JsonValue.of(value.toJava());
            assertThat(CanonicalJson.of(again)).isEqualTo(CanonicalJson.of(value));
        });
    }
}

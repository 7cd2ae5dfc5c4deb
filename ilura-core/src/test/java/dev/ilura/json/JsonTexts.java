package dev.ilura.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Texts that are JSON, and texts that nearly are. */
public final class JsonTexts {
    private JsonTexts() {}

    /** Any JSON text with any white space and any way of writing strings and numbers; keys may repeat. */
    public static Arbitrary<String> values() {
        return value(4);
    }

    /** Any JSON object. */
    public static Arbitrary<String> objects() {
        return object(3);
    }

    /** JSON texts of which a few bytes were changed, dropped or added. */
    public static Arbitrary<byte[]> damaged() {
        Arbitrary<Integer> place = Arbitraries.integers().between(0, 1000);
        Arbitrary<Byte> bytes = Arbitraries.oneOf(
                Arbitraries.chars()
                        .with("{}[],:\"\\\u0000 \n-+.eE019truefalsn/bu")
                        .map(c -> (byte) c.charValue()),
                Arbitraries.bytes());
        Arbitrary<List<Tuple.Tuple3<Integer, Byte, Integer>>> edits = Combinators.combine(
                        place, bytes, Arbitraries.integers().between(0, 2))
                .as(Tuple::of)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
        return Combinators.combine(values(), edits).as((text, all) -> {
            byte[] out = text.getBytes(StandardCharsets.UTF_8);
            for (Tuple.Tuple3<Integer, Byte, Integer> edit : all) {
                out = edited(out, edit.get1() % (out.length + 1), edit.get2(), edit.get3());
            }
            return out;
        });
    }

    private static byte[] edited(byte[] text, int at, byte with, int how) {
        int skip = how == 0 ? 0 : Math.min(1, text.length - at);
        int add = how == 1 ? 0 : 1;
        byte[] out = new byte[text.length - skip + add];
        System.arraycopy(text, 0, out, 0, at);
        if (add == 1) {
            out[at] = with;
        }
        System.arraycopy(text, at + skip, out, at + add, text.length - at - skip);
        return out;
    }

    private static Arbitrary<String> value(int depth) {
        Arbitrary<String> scalar = Arbitraries.frequencyOf(
                Tuple.of(3, strings()), Tuple.of(3, numbers()), Tuple.of(1, Arbitraries.of("true", "false", "null")));
        return depth == 0
                ? scalar
                : Arbitraries.frequencyOf(
                        Tuple.of(2, scalar), Tuple.of(2, array(depth - 1)), Tuple.of(3, object(depth - 1)));
    }

    private static Arbitrary<String> array(int depth) {
        return Combinators.combine(value(depth).list().ofMaxSize(4), space())
                .as((all, space) ->
                        all.stream().collect(Collectors.joining(space + "," + space, "[" + space, space + "]")));
    }

    private static Arbitrary<String> object(int depth) {
        Arbitrary<String> member = Combinators.combine(keys(), value(depth), space())
                .as((key, value, space) -> key + space + ":" + space + value);
        return Combinators.combine(member.list().ofMaxSize(5), space())
                .as((all, space) -> all.stream().collect(Collectors.joining("," + space, "{" + space, space + "}")));
    }

    private static Arbitrary<String> keys() {
        return Arbitraries.oneOf(
                strings(), Arbitraries.of("\"a\"", "\"\\u0061\"", "\"b\"", "\"a~b/c\"", "\"\"", "\"0\""));
    }

    private static Arbitrary<String> space() {
        return Arbitraries.of("", "", "", " ", "\t", "\r\n", " \n ");
    }

    private static Arbitrary<String> numbers() {
        Arbitrary<String> whole = Arbitraries.oneOf(
                Arbitraries.longs().map(String::valueOf), Arbitraries.of("0", "-0", "9007199254740993"));
        Arbitrary<String> fraction = Arbitraries.oneOf(
                Arbitraries.just(""), Arbitraries.integers().between(0, 99999).map(n -> "." + n));
        Arbitrary<String> exponent = Arbitraries.oneOf(
                Arbitraries.just(""),
                Arbitraries.integers().between(-300, 300).map(n -> "e" + n),
                Arbitraries.of("E+7"));
        return Combinators.combine(whole, fraction, exponent).as((w, f, e) -> w + f + e);
    }

    private static Arbitrary<String> strings() {
        Arbitrary<String> piece = Arbitraries.of(
                "a",
                "b",
                "Z",
                " ",
                "/",
                "\u00e9",
                "\u4e2d",
                "\ud83d\ude00",
                "\\n",
                "\\\"",
                "\\\\",
                "\\/",
                "\\u0000",
                "\\u0061",
                "\\u00E9",
                "\\uD83D\\uDE00",
                "\\ud800",
                "\\udc00",
                "{",
                "]",
                ",",
                ":",
                "\u007f",
                "\u2028");
        return piece.list().ofMaxSize(6).map(all -> all.stream().collect(Collectors.joining("", "\"", "\"")));
    }
}

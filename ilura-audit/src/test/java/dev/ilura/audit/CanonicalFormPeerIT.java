package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.MalformedRecordException;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our canonical form is that of two JCS libraries, byte for byte, and refuses where they lose information. */
class CanonicalFormPeerIT {
    private static final int VALUES = 10_000;
    private static final String PIECES =
            "abz09 \"\\/\b\f\n\r\t\u0000\u0001\u001f\u007f\u0080\u00e4\u00ff\u2028\u20ac\ufb33\ufeff";

    @TempDir
    Path temp;

    private final Random random = new Random(8785);

    @Test
    void tenThousandValuesHaveTheSameBytes() throws Exception {
        List<String> texts = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            Map<String, Object> value = map(0);
            byte[] canonical = CanonicalJson.of(value);
            ours.add(Base64.getEncoder().encodeToString(canonical));
            String loose = loose(value);
            texts.add(Base64.getEncoder().encodeToString(loose.getBytes(StandardCharsets.UTF_8)));
            JsonValue read = JsonValue.parse(loose.getBytes(StandardCharsets.UTF_8), JsonLimits.FRAME);
            assertThat(CanonicalJson.of(read)).isEqualTo(canonical);
        }
        List<String> theirs = Peer.node(temp, texts, "jcs.mjs");
        for (int i = 0; i < VALUES; i++) {
            assertThat(theirs.get(i)).isEqualTo(ours.get(i) + " " + ours.get(i));
        }
        System.out.println("canonical form: " + VALUES + " values byte-equal in three implementations");
    }

    /** Each of these is two values to some reader and one to another; a record has to be one to all. */
    @Test
    void whereTheyLoseInformationWeRefuse() throws Exception {
        List<String> lossy = List.of(
                "{\"n\":9007199254740993}",
                "{\"n\":-9007199254740993}",
                "{\"n\":9007199254740992}",
                "{\"n\":1.0}",
                "{\"n\":1e3}",
                "{\"n\":-0}",
                "{\"a\":1,\"a\":2}",
                "{\"s\":\"\\ud800\"}",
                "{\"s\":\"\\udc00\\ud800\"}",
                "{\"n\":1e400}",
                "{\"s\":\"\\u0041\"}",
                "{\"b\":1,\"a\":2}",
                "{\"a\": 1}",
                "{\"a\":null}",
                "{\"a\":[1]}");
        List<String> jobs = lossy.stream()
                .map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                .toList();
        List<String> theirs = Peer.node(temp, jobs, "jcs.mjs");
        int accepted = 0;
        for (int i = 0; i < lossy.size(); i++) {
            byte[] text = lossy.get(i).getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> new FlatRecord().read(text, 0, text.length))
                    .as(lossy.get(i))
                    .isInstanceOf(MalformedRecordException.class);
            accepted += theirs.get(i).equals("refused refused") ? 0 : 1;
        }
        assertThat(accepted).as("texts that the libraries take").isGreaterThan(8);
        assertThatThrownBy(() -> CanonicalJson.of(Map.of("n", (1L << 53))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CanonicalJson.of(Map.of("s", "\ud800"))).isInstanceOf(IllegalArgumentException.class);
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> map = new HashMap<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            map.put(string(), value(depth + 1));
        }
        return map;
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : 6)) {
            case 0 -> string();
            case 1 -> random.nextBoolean();
            case 2 -> (long) random.nextInt(1_000) - 500;
            case 3 ->
                Math.max(
                        -CanonicalJson.MAX_INTEGER,
                        Math.min(CanonicalJson.MAX_INTEGER, random.nextLong() >> random.nextInt(40)));
            case 4 -> List.of(value(depth + 1), value(depth + 1));
            default -> map(depth);
        };
    }

    private String string() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            if (random.nextInt(8) == 0) {
                text.appendCodePoint(0x10000 + random.nextInt(0x100000));
            } else {
                text.append(PIECES.charAt(random.nextInt(PIECES.length())));
            }
        }
        return text.toString();
    }

    /** The same value in another spelling: any order, blanks, escapes that need not be. */
    private String loose(Object value) {
        if (value instanceof Map<?, ?> map) {
            StringBuilder out = new StringBuilder("{ ");
            map.forEach((key, member) -> out.append(out.length() > 2 ? " , " : "")
                    .append(loose(key))
                    .append("\t:")
                    .append(loose(member)));
            return out.append('}').toString();
        }
        if (value instanceof List<?> list) {
            return "[" + loose(list.get(0)) + " ,\n" + loose(list.get(1)) + "]";
        }
        return value instanceof String text ? quoted(text) : String.valueOf(value);
    }

    private String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c < ' ' || c == '"' || c == '\\' || random.nextInt(4) == 0) {
                for (char unit : Character.toChars(c)) {
                    out.append(String.format("\\u%04X", (int) unit));
                }
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append('"').toString();
    }
}

package dev.ilura.audit.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the reader learned from earlier records never lets it see in a record what reading it alone would not see. */
class FlatRecordTest {
    private static final String[] KEYS = {
        "a",
        "argsC",
        "argsD",
        "call",
        "calls",
        "clockBackUs",
        "decision",
        "durUs",
        "log",
        "mono",
        "outcome",
        "parent",
        "parentSeq",
        "prev",
        "prevInCall",
        "prevInSession",
        "seq",
        "server",
        "session",
        "tool",
        "toolDigest",
        "ts",
        "type",
        "v",
        "~"
    };
    private static final String[] VALUES = {
        "\"\"",
        "\"plain\"",
        "\"a longer text of more than eight bytes\"",
        "\"quote \\\" and \\\\ back\"",
        "\"\\u001f\"",
        "\"\\n\"",
        "\"gr\u00fc\u00df \u2014 \ud83d\ude00\"",
        "true",
        "false",
        "0",
        "-1",
        "7",
        "9007199254740991",
        "-9007199254740991",
        "1790000000123456"
    };
    private static final String[] BROKEN = {
        "null",
        "1.0",
        "1e3",
        "-0",
        "01",
        "9007199254740992",
        "12345678901234567",
        "99999999999999999999",
        "\"\\u0041\"",
        "\"\\u000a\"",
        "\"\\/\"",
        "tru",
        "falsy",
        "[]",
        "{}",
        "\"open",
        "",
        " 1",
        "\"\u0001\""
    };

    @Test
    void whatIsLearnedChangesNoAnswer() {
        Random random = new Random(3);
        FlatRecord learned = new FlatRecord();
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = bent(spelled(random), random);
            byte[] behind = new byte[random.nextInt(12)];
            byte[] inside = new byte[3 + bytes.length + behind.length];
            System.arraycopy(bytes, 0, inside, 3, bytes.length);
            accepted += agree(learned, inside, 3, 3 + bytes.length) ? 1 : 0;
        }
        assertThat(accepted).isBetween(5_000, 15_000);
    }

    /** The attack: keys that nobody needs fill the memory, or make what follows look learned. */
    @Test
    void manyKeysAreReadAsWell() {
        FlatRecord learned = new FlatRecord();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 2_000; i++) {
                String key = "k" + (i + 10_000);
                for (String text : List.of(
                        "{\"" + key + "\":1,\"v\":1}",
                        "{\"v\":1,\"" + key + "\":1}",
                        "{\"" + key + "\":1,\"" + key + "\":1}",
                        "{\"" + key + "\" :1}",
                        "{\"" + key + "\u007f\":1}")) {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    agree(learned, bytes, 0, bytes.length);
                }
            }
        }
    }

    /** Whether both accept; anything else than the same answer of both fails. */
    static boolean agree(FlatRecord learned, byte[] text, int from, int to) {
        Map<String, Object> expected = null;
        try {
            expected = new LetterByLetter().read(text, from, to).toMap();
        } catch (MalformedRecordException refused) {
            // must be refused by both
        }
        FlatRecord view;
        try {
            view = learned.read(text, from, to);
        } catch (MalformedRecordException refused) {
            assertThat(expected).as(shown(text, from, to)).isNull();
            return false;
        }
        Map<String, Object> right = Objects.requireNonNull(expected, "only the learned reader accepts");
        assertThat(view.toMap()).as(shown(text, from, to)).isEqualTo(right);
        assertThat(new ArrayList<>(view.toMap().keySet())).isEqualTo(new ArrayList<>(right.keySet()));
        for (KnownMember member : KnownMember.values()) {
            Object value = right.get(member.spelled());
            assertThat(view.text(member)).isEqualTo(value instanceof String string ? string : null);
            long number = value instanceof Long integer ? integer : -7;
            assertThat(view.integer(member, -7)).isEqualTo(number);
            assertThat(view.text(member.spelled())).isEqualTo(view.text(member));
        }
        return true;
    }

    private static String shown(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static byte[] spelled(Random random) {
        TreeMap<String, String> members = new TreeMap<>();
        for (String key : KEYS) {
            if (random.nextInt(3) == 0) {
                members.put(key, VALUES[random.nextInt(VALUES.length)]);
            }
        }
        if (random.nextInt(6) == 0) {
            members.put(KEYS[random.nextInt(KEYS.length)], BROKEN[random.nextInt(BROKEN.length)]);
        }
        List<String> parts = new ArrayList<>();
        members.forEach((key, value) -> parts.add("\"" + key + "\":" + value));
        if (parts.size() > 1 && random.nextInt(8) == 0) {
            parts.add(random.nextInt(parts.size()), parts.get(random.nextInt(parts.size())));
        }
        return ("{" + String.join(",", parts) + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bent(byte[] text, Random random) {
        int at = random.nextInt(text.length);
        byte[] bent = text.clone();
        switch (random.nextInt(6)) {
            case 0 -> bent[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bent[at] = (byte) "{}[]:,\"\\ 09at-".charAt(random.nextInt(14));
            case 2 -> bent = java.util.Arrays.copyOf(text, at);
            default -> {
                return text;
            }
        }
        return bent;
    }

    @Test
    void theHashBeforeHasOneSpelling() {
        Random random = new Random(5);
        for (int length = 0; length < 40; length++) {
            byte[] value = new byte[length];
            random.nextBytes(value);
            byte[] text = Base64.getUrlEncoder().withoutPadding().encode(value);
            assertThat(Base64Text.isUrlOf(text, 0, text.length, value)).isTrue();
            for (int bit = 0; bit < text.length * 8; bit++) {
                byte[] changed = text.clone();
                changed[bit / 8] ^= (byte) (1 << (bit % 8));
                assertThat(Base64Text.isUrlOf(changed, 0, changed.length, value))
                        .isFalse();
            }
            assertThat(Base64Text.isUrlOf(text, 0, Math.max(0, text.length - 1), value))
                    .isEqualTo(length == 0);
        }
    }
}

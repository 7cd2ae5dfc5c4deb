package dev.ilura.policy;

import dev.ilura.Secret;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ResponseInspector;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes results safe to hand on: too large ones are withheld, secrets that the gateway itself gave to servers become
 * {@code ***}, and characters that control a terminal or are not seen are written as escapes. Immutable and thread-safe.
 *
 * <p>A secret is found exactly: as it is, and in base64, hex or percent-encoding of the whole of it. A server that wants to
 * give it away finds another form; what this catches is the error message with the header in it.
 */
public final class ResultInspector implements ResponseInspector {
    /** The result is larger than the limit. */
    public static final String TOO_LARGE = "ILR-POLICY-301";

    /** 4 MiB. */
    public static final int DEFAULT_MAX_BYTES = 4 << 20;

    /** Shorter ones occur by chance, and replacing them would tell where. */
    private static final int SHORTEST_SECRET = 6;

    private final int maxBytes;
    private final Set<String> secretForms;

    private ResultInspector(int maxBytes, Set<String> secretForms) {
        this.maxBytes = maxBytes;
        this.secretForms = secretForms;
    }

    /** With {@link #DEFAULT_MAX_BYTES} and no secrets to look for. */
    public static ResultInspector create() {
        return new ResultInspector(DEFAULT_MAX_BYTES, Set.of());
    }

    /**
     * The same with another limit.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ResultInspector maxBytes(int maxBytes) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("a limit must be positive");
        }
        return new ResultInspector(maxBytes, secretForms);
    }

    /** The same looking for these; those shorter than six characters are left out. */
    public ResultInspector hiding(List<Secret> secrets) {
        Set<String> forms = new LinkedHashSet<>();
        for (Secret secret : secrets) {
            String value = secret.revealToItsOneUse();
            if (value.length() >= SHORTEST_SECRET) {
                forms.addAll(forms(value));
            }
        }
        return new ResultInspector(maxBytes, forms);
    }

    private static List<String> forms(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        String hex = HexFormat.of().formatHex(bytes);
        return List.of(
                value,
                Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                hex,
                hex.toUpperCase(Locale.ROOT),
                URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    @Override
    public Inspection inspect(ToolCall call, JsonValue result) {
        if (result.length() > maxBytes) {
            return new Withheld(
                    TOO_LARGE,
                    "The result of " + result.length() + " bytes is larger than the limit of " + maxBytes + ".");
        }
        Set<String> notes = new TreeSet<>();
        Object safe = safe(result, notes);
        return notes.isEmpty() ? new Pass() : new Changed(JsonValue.of(safe), String.join("; ", notes) + ".");
    }

    private @Nullable Object safe(JsonValue value, Set<String> notes) {
        return switch (value.kind()) {
            case STRING -> safe(value.text(), notes);
            case ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                value.elements().forEach(element -> elements.add(safe(element, notes)));
                yield elements;
            }
            case OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                value.members().forEach((name, member) -> members.put(safe(name, notes), safe(member, notes)));
                yield members;
            }
            case NUMBER, BOOLEAN, NULL -> value.toJava();
        };
    }

    private String safe(String text, Set<String> notes) {
        String hidden = text;
        for (String form : secretForms) {
            if (hidden.contains(form)) {
                hidden = hidden.replace(form, "***");
                notes.add("A secret of the gateway was replaced by ***");
            }
        }
        String visible = visible(hidden);
        if (!visible.equals(hidden)) {
            notes.add("Control or invisible characters were written as escapes");
        }
        return visible;
    }

    private static String visible(String text) {
        if (text.codePoints().noneMatch(ResultInspector::misleads)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            boolean byteOrderMark = c == 0xFEFF && out.isEmpty();
            if (misleads(c) && !byteOrderMark) {
                out.append("\\u{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /**
     * Terminal control, text direction, and characters of no width that carry no meaning between letters. Joiners and
     * marks that scripts and emoji need stay.
     */
    private static boolean misleads(int c) {
        boolean control = c < 0x20 && c != '\n' && c != '\t' && c != '\r';
        boolean direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
        boolean nothing = c == 0x200B || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF || c == 0x034F;
        return control || (c >= 0x7F && c <= 0x9F) || direction || nothing || (c >= 0xE0000 && c <= 0xE0FFF);
    }
}

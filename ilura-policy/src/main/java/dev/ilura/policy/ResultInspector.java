package dev.ilura.policy;

import dev.ilura.Secret;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.internal.SecretDetectors;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes results safe to hand on: too large ones are withheld, and those whose structured content is not what the tool's
 * output schema promises; secrets that the gateway itself gave to servers become {@code ***}, and characters that control
 * a terminal or are not seen are written as escapes. What looks like somebody else's credential can be noted or replaced
 * too, and a result can carry a label that says where it came from. Immutable and thread-safe.
 *
 * <p>A secret is found exactly: as it is, and in base64, hex or percent-encoding of the whole of it. A server that wants to
 * give it away finds another form; what this catches is the error message with the header in it.
 */
public final class ResultInspector implements ResponseInspector {
    /** The result is larger than the limit. */
    public static final String TOO_LARGE = "ILR-POLICY-301";

    /** The structured content of a result is not what the tool's pinned output schema promises. */
    public static final String NOT_AS_PROMISED = "ILR-POLICY-302";

    /** The member of {@code _meta} that says where a result came from. */
    public static final String LABEL = "dev.ilura/provenance";

    /** 4 MiB. */
    public static final int DEFAULT_MAX_BYTES = 4 << 20;

    /** Shorter ones occur by chance, and replacing them would tell where. */
    private static final int SHORTEST_SECRET = 6;

    private static final int MAX_SCHEMAS = 4096;

    private final int maxBytes;
    private final Set<String> secretForms;
    private final Credentials credentials;
    private final boolean labels;
    private final Map<String, CompiledSchema> schemas = new ConcurrentHashMap<>();

    private ResultInspector(int maxBytes, Set<String> secretForms, Credentials credentials, boolean labels) {
        this.maxBytes = maxBytes;
        this.secretForms = secretForms;
        this.credentials = credentials;
        this.labels = labels;
    }

    /** What becomes of texts that look like credentials of somebody else. */
    public enum Credentials {
        /** They pass. */
        PASS,
        /** They pass, and the log says that they were there. */
        NOTE,
        /** They become {@code ***}. */
        REPLACE
    }

    /** With {@link #DEFAULT_MAX_BYTES} and no secrets to look for. */
    public static ResultInspector create() {
        return new ResultInspector(DEFAULT_MAX_BYTES, Set.of(), Credentials.NOTE, false);
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
        return new ResultInspector(maxBytes, secretForms, credentials, labels);
    }

    /** The same with another treatment of texts that look like credentials; {@link Credentials#NOTE} otherwise. */
    public ResultInspector credentials(Credentials treatment) {
        return new ResultInspector(maxBytes, secretForms, treatment, labels);
    }

    /** The same writing into {@code _meta} of each result which server, tool and call it came from, and that it is untrusted. */
    public ResultInspector labelling() {
        return new ResultInspector(maxBytes, secretForms, credentials, true);
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
        return new ResultInspector(maxBytes, forms, credentials, labels);
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
        Optional<String> broken = brokenPromise(call, result);
        if (broken.isPresent()) {
            return new Withheld(NOT_AS_PROMISED, "The result is not what its tool promises: " + broken.get() + ".");
        }
        Set<String> notes = new TreeSet<>();
        Object safe = safe(result, notes);
        if (labels && safe instanceof Map<?, ?> members) {
            safe = labelled(members, call);
            notes.add("A label says where it came from");
        }
        if (notes.isEmpty()) {
            return new Pass();
        }
        JsonValue handed = JsonValue.of(safe);
        return new Changed(handed.equals(result) ? result : handed, String.join("; ", notes) + ".");
    }

    /** Only what is there is compared; a schema that cannot be used promises nothing. */
    private Optional<String> brokenPromise(ToolCall call, JsonValue result) {
        Optional<JsonValue> schema = call.tool().json().member("outputSchema").filter(JsonValue::isObject);
        Optional<JsonValue> content = result.isObject() ? result.member("structuredContent") : Optional.empty();
        boolean failed = result.isObject()
                && result.member("isError")
                        .filter(JsonValue::isBoolean)
                        .filter(JsonValue::flag)
                        .isPresent();
        if (schema.isEmpty() || content.isEmpty() || failed) {
            return Optional.empty();
        }
        if (schemas.size() > MAX_SCHEMAS) {
            schemas.clear();
        }
        return schemas.computeIfAbsent(call.tool().digest(), digest -> CompiledSchema.of(schema.get()))
                .check(content.get())
                .filter(problem -> !problem.unusable())
                .map(CompiledSchema.Problem::what);
    }

    private static Map<String, @Nullable Object> labelled(Map<?, ?> members, ToolCall call) {
        Map<String, @Nullable Object> labelled = new LinkedHashMap<>();
        members.forEach((name, member) -> labelled.put(String.valueOf(name), member));
        Map<String, @Nullable Object> meta = new LinkedHashMap<>();
        if (labelled.get("_meta") instanceof Map<?, ?> own) {
            own.forEach((name, member) -> meta.put(String.valueOf(name), member));
        }
        meta.put(
                LABEL,
                Map.of("server", call.server(), "tool", call.tool().name(), "call", call.id(), "trust", "untrusted"));
        labelled.put("_meta", meta);
        return labelled;
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
        if (credentials != Credentials.PASS) {
            Optional<String> kind = SecretDetectors.find(hidden);
            if (kind.isPresent()) {
                notes.add("There is a credential in it (" + kind.get() + ")"
                        + (credentials == Credentials.REPLACE ? ", replaced by ***" : ""));
                hidden = credentials == Credentials.REPLACE ? SecretDetectors.replaced(hidden, "***") : hidden;
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

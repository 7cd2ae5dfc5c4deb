package dev.ilura.internal.wire;

import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a request of 2026-07-28 says about itself in {@code params._meta}. */
public final class Metadata {
    /** Who the gate says it is, to servers and to clients. */
    public static final Map<String, String> SELF = Map.of("name", "ilura", "version", "0.1");

    private static final String RESERVED = "io.modelcontextprotocol/";

    private Metadata() {}

    /** What the gate says with a request of its own. */
    public static Map<String, Object> of(JsonValue capabilities) {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put(Era.VERSION_KEY, Era.MODERN);
        meta.put(Era.CAPABILITIES_KEY, capabilities.toJava());
        meta.put(Era.CLIENT_KEY, SELF);
        return meta;
    }

    /** A client's metadata without what only 2026-07-28 has, and with these members instead; everything else stays. */
    public static byte[] rewritten(Optional<JsonValue> meta, Map<String, byte[]> instead) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write('{');
        meta.ifPresent(old -> old.members().forEach((name, value) -> {
            if (!name.startsWith(RESERVED) && !instead.containsKey(name)) {
                append(out, name, value.bytes());
            }
        }));
        instead.forEach((name, value) -> append(out, name, value));
        out.write('}');
        return out.toByteArray();
    }

    private static void append(ByteArrayOutputStream out, String name, byte[] value) {
        if (out.size() > 1) {
            out.write(',');
        }
        out.writeBytes(JsonWriter.string(name));
        out.writeBytes(":".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(value);
    }
}

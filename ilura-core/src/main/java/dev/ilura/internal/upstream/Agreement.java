package dev.ilura.internal.upstream;

import dev.ilura.internal.wire.Era;
import dev.ilura.json.JsonValue;
import java.util.Optional;

/**
 * What a server and the gate speak.
 *
 * @param revision the revision agreed on
 * @param capabilities what the server declared; empty if it could not be learnt
 * @param instructions what the server says to models about itself: untrusted, pinned like a tool
 */
public record Agreement(Era era, String revision, Optional<JsonValue> capabilities, Optional<JsonValue> instructions) {

    /** One of a server that says nothing about itself. */
    Agreement(Era era, String revision, Optional<JsonValue> capabilities) {
        this(era, revision, capabilities, Optional.empty());
    }

    /** What a server answered to {@code initialize} or {@code server/discover}. */
    static Agreement in(JsonValue result, Era era, String revision) {
        return new Agreement(
                era,
                revision,
                result.member("capabilities").filter(JsonValue::isObject),
                result.member("instructions").filter(JsonValue::isString));
    }

    /** Whether the server promised it; what it could not be asked about is tried. */
    boolean offers(String capability) {
        return capabilities.map(all -> all.member(capability).isPresent()).orElse(true);
    }

    /** Whether it says when a list changes. */
    boolean tellsChanges(String capability) {
        return flag(capability, "listChanged");
    }

    /** Whether resources can be watched. */
    boolean watches() {
        return flag("resources", "subscribe");
    }

    private boolean flag(String capability, String name) {
        return capabilities
                .flatMap(all -> all.member(capability))
                .flatMap(one -> one.member(name))
                .filter(JsonValue::isBoolean)
                .map(JsonValue::flag)
                .orElse(false);
    }
}

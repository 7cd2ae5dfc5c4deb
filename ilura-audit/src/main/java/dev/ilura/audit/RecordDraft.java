package dev.ilura.audit;

import dev.ilura.AuditEvent;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A record before it has its place: all members that do not depend on what stands before it, encoded on the caller's
 * thread. Immutable.
 *
 * @param type the record's type
 * @param call the call it is about
 * @param session the session it is about
 * @param parent the call that triggered its call
 * @param members encoded {@code "name":value}, in key order
 */
record RecordDraft(
        String type, Optional<String> call, Optional<String> session, Optional<String> parent, List<Member> members) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
    /** Bytes that number, time, hash and links of a record take at most. */
    private static final int PLACE_BYTES = 512;

    /** Members that only the log itself writes. */
    private static final Set<String> RESERVED = Set.of(
            "approvalSeq",
            "clockBackUs",
            "decisionSeq",
            "dispatchSeq",
            "log",
            "mono",
            "parentSeq",
            "payloadAt",
            "prev",
            "prevInCall",
            "prevInSession",
            "seq",
            "ts",
            "type",
            "v");

    /** One member, encoded. */
    static final class Member {
        private final String name;
        private final byte[] encoded;

        private Member(String name, byte[] encoded) {
            this.name = name;
            this.encoded = encoded;
        }

        /** A member whose value is already JSON in ASCII. */
        static Member raw(String name, String json) {
            return new Member(name, ("\"" + name + "\":" + json).getBytes(StandardCharsets.ISO_8859_1));
        }

        String name() {
            return name;
        }

        /** {@code "name":value}; not to be changed. */
        byte[] encoded() {
            return encoded;
        }

        static Member of(String name, Object value) {
            if (!NAME.matcher(name).matches()) {
                throw AuditErrors.unrecordable(
                        "a fact cannot be called \"" + dev.ilura.text.VisibleText.oneLine(name) + "\"");
            }
            return new Member(name, ("\"" + name + "\":" + value(name, value)).getBytes(StandardCharsets.UTF_8));
        }

        private static String value(String name, Object value) {
            if (value instanceof String text) {
                return string(name, text);
            }
            if (value instanceof Boolean flag) {
                return flag.toString();
            }
            if (value instanceof Long number
                    && number <= CanonicalJson.MAX_INTEGER
                    && number >= -CanonicalJson.MAX_INTEGER) {
                return number.toString();
            }
            throw AuditErrors.unrecordable("the fact \"" + name + "\" is no string, boolean or integer within 2^53-1");
        }

        private static String string(String name, String text) {
            try {
                return new String(JsonWriter.string(text), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException loneSurrogate) {
                throw AuditErrors.unrecordable("the fact \"" + name + "\" has a " + loneSurrogate.getMessage());
            }
        }
    }

    /** Of an event, with commitments in place of its payloads. */
    static RecordDraft of(AuditEvent event, List<Payload> payloads, String logId) {
        Map<String, Object> facts = new TreeMap<>(event.facts());
        Payload.members(payloads).forEach((name, value) -> {
            if (facts.put(name, value) != null) {
                throw AuditErrors.unrecordable("\"" + name + "\" is the log's own member");
            }
        });
        return of(event.type().label(), facts, logId);
    }

    static RecordDraft of(String type, Map<String, Object> facts, String logId) {
        Map<String, Object> all = new TreeMap<>(facts);
        for (String reserved : RESERVED) {
            if (all.containsKey(reserved)) {
                throw AuditErrors.unrecordable("\"" + reserved + "\" is the log's own member");
            }
        }
        all.put("v", 1L);
        all.put("type", type);
        all.put("log", logId);
        List<Member> members = new ArrayList<>(all.size());
        all.forEach((name, value) -> members.add(Member.of(name, value)));
        RecordDraft draft =
                new RecordDraft(type, text(facts, "call"), text(facts, "session"), text(facts, "parent"), members);
        if (draft.maxLength() > dev.ilura.audit.format.Frame.MAX_RECORD) {
            throw AuditErrors.unrecordable(
                    "it would take " + draft.maxLength() + " bytes of " + dev.ilura.audit.format.Frame.MAX_RECORD);
        }
        return draft;
    }

    private static Optional<String> text(Map<String, Object> facts, String name) {
        return Optional.ofNullable(facts.get(name))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    /** Bytes that the finished record takes at most. */
    int maxLength() {
        int length = PLACE_BYTES;
        for (Member member : members) {
            length += member.encoded().length + 1;
        }
        return length;
    }
}

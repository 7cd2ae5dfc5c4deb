package dev.ilura.audit;

import dev.ilura.AuditEvent;
import dev.ilura.audit.RecordKeys.Kind;
import dev.ilura.audit.format.Frame;
import dev.ilura.json.CanonicalJson;
import dev.ilura.text.VisibleText;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A record before it has its place: all members that do not depend on what stands before it, encoded on the caller's thread,
 * with gaps for those that do. Immutable.
 */
@SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // places in arrays; nobody writes to the spellings
final class RecordDraft {
    /** Members that only the log itself writes, in key order; each has a gap in every draft. */
    enum Slot {
        APPROVAL_SEQ("approvalSeq"),
        CLOCK_BACK("clockBackUs"),
        DECISION_SEQ("decisionSeq"),
        DISPATCH_SEQ("dispatchSeq"),
        MONO("mono"),
        PARENT_SEQ("parentSeq"),
        PAYLOAD_AT("payloadAt"),
        PREV("prev"),
        PREV_IN_CALL("prevInCall"),
        PREV_IN_SESSION("prevInSession"),
        SEQ("seq"),
        TS("ts");

        private static final Slot[] ALL = values();

        private final String member;
        private final byte[] prefix;

        Slot(String member) {
            this.member = member;
            BatchBuffer spelled = new BatchBuffer(member.length() + 4);
            spelled.ascii(",\"" + member + "\":");
            this.prefix = spelled.toArray();
        }

        /** What stands before the value. */
        byte[] prefix() {
            return prefix;
        }
    }

    private static final int LONGEST_NAME = 64;
    /** Bytes that number, time, hash and links of a record take at most. */
    private static final int PLACE_BYTES = 512;

    private final String type;
    /** By kind; null where there is none. */
    private final @Nullable String[] keys;

    private final Map<String, Object> facts;
    private final byte[] members;
    private final int[] gaps;

    private RecordDraft(String type, @Nullable String[] keys, Map<String, Object> facts, byte[] members, int[] gaps) {
        this.facts = facts;
        this.type = type;
        this.keys = keys;
        this.members = members;
        this.gaps = gaps;
    }

    /**
     * Of an event, with commitments in place of its payloads.
     *
     * @param hidden facts that are among the payloads
     */
    static RecordDraft of(AuditEvent event, List<Payload> payloads, Set<String> hidden, String logId) {
        Map<String, Object> facts = event.facts();
        if (!hidden.isEmpty()) {
            facts = new TreeMap<>(facts);
            facts.keySet().removeAll(hidden);
        }
        return of(event.type().label(), facts, Payload.members(payloads), logId);
    }

    static RecordDraft of(String type, Map<String, Object> facts, String logId) {
        return of(type, new TreeMap<>(facts), new TreeMap<>(), logId);
    }

    /**
     * Of facts and members that the log adds to them.
     *
     * @param facts in key order
     */
    static RecordDraft of(String type, Map<String, Object> facts, SortedMap<String, Object> own, String logId) {
        own.put("v", 1L);
        own.put("type", type);
        own.put("log", logId);
        Encoding encoding = new Encoding();
        Iterator<Map.Entry<String, Object>> owns = own.entrySet().iterator();
        Map.@Nullable Entry<String, Object> next = owns.next();
        for (Map.Entry<String, Object> fact : facts.entrySet()) {
            requireName(fact.getKey());
            while (next != null && next.getKey().compareTo(fact.getKey()) <= 0) {
                requireOther(next.getKey(), fact.getKey());
                encoding.member(next.getKey(), next.getValue());
                next = owns.hasNext() ? owns.next() : null;
            }
            encoding.member(fact.getKey(), fact.getValue());
        }
        while (next != null) {
            encoding.member(next.getKey(), next.getValue());
            next = owns.hasNext() ? owns.next() : null;
        }
        RecordDraft draft = encoding.draft(type, keys(facts, own), facts);
        if (draft.maxLength() > Frame.MAX_RECORD) {
            throw AuditErrors.unrecordable("it would take " + draft.maxLength() + " bytes of " + Frame.MAX_RECORD);
        }
        return draft;
    }

    private static @Nullable String[] keys(Map<String, Object> facts, Map<String, Object> own) {
        @Nullable String[] keys = new @Nullable String[Kind.ALL.length];
        for (Kind kind : Kind.ALL) {
            Object value = (kind == Kind.ARGUMENTS ? own : facts).get(kind.member());
            keys[kind.ordinal()] = value instanceof String text ? text : null;
        }
        return keys;
    }

    private static void requireName(String name) {
        boolean sound = !name.isEmpty() && name.length() <= LONGEST_NAME && isLetter(name.charAt(0));
        for (int i = 1; sound && i < name.length(); i++) {
            char c = name.charAt(i);
            sound = isLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
        }
        if (!sound) {
            throw AuditErrors.unrecordable("a fact cannot be called \"" + VisibleText.oneLine(name) + "\"");
        }
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static void requireOther(String own, String name) {
        if (own.equals(name)) {
            throw AuditErrors.unrecordable("\"" + name + "\" is the log's own member");
        }
    }

    /** Members in key order, each with a comma before it, and where the gaps between them are. */
    private static final class Encoding {
        private final BatchBuffer out = new BatchBuffer(512);
        private final int[] gaps = new int[Slot.ALL.length];
        private int gap;

        void member(String name, Object value) {
            while (gap < gaps.length && Slot.ALL[gap].member.compareTo(name) <= 0) {
                requireOther(Slot.ALL[gap].member, name);
                gaps[gap++] = out.size();
            }
            out.append((byte) ',');
            out.append((byte) '"');
            out.ascii(name);
            out.append((byte) '"');
            out.append((byte) ':');
            value(name, value);
        }

        private void value(String name, Object value) {
            if (value instanceof String text) {
                try {
                    out.string(text);
                } catch (IllegalArgumentException loneSurrogate) {
                    throw AuditErrors.unrecordable("the fact \"" + name + "\" has a " + loneSurrogate.getMessage());
                }
            } else if (value instanceof Boolean flag) {
                out.ascii(flag.toString());
            } else if (value instanceof Long number
                    && Math.abs(number) <= CanonicalJson.MAX_INTEGER
                    && number != Long.MIN_VALUE) {
                out.integer(number);
            } else {
                throw AuditErrors.unrecordable(
                        "the fact \"" + name + "\" is no string, boolean or integer within 2^53-1");
            }
        }

        RecordDraft draft(String type, @Nullable String[] keys, Map<String, Object> facts) {
            while (gap < gaps.length) {
                gaps[gap++] = out.size();
            }
            return new RecordDraft(type, keys, facts, out.toArray(), gaps);
        }
    }

    String type() {
        return type;
    }

    /** What it is to {@link Standing}. */
    String kind() {
        return Standing.kind(type, "ask".equals(facts.get("decision")));
    }

    /** The call it is about. */
    @Nullable
    String call() {
        return key(Kind.CALL);
    }

    /** The session it is about. */
    @Nullable
    String session() {
        return key(Kind.SESSION);
    }

    /** The call that triggered its call. */
    @Nullable
    String parent() {
        return key(Kind.PARENT);
    }

    /** Whom its payloads belong to; empty if it does not say. */
    String scoped(PayloadScope scope) {
        Object name = facts.getOrDefault(scope.fact(), facts.get(scope.label()));
        return name instanceof String text ? text : "";
    }

    /** What it can be found by. */
    @Nullable
    String key(Kind kind) {
        return keys[kind.ordinal()];
    }

    /** Bytes that the finished record takes at most. */
    int maxLength() {
        return PLACE_BYTES + members.length;
    }

    /** Writes what stands before a gap and behind the one before. */
    void appendUpTo(Slot slot, BatchBuffer out) {
        out.append(members, slot.ordinal() == 0 ? 0 : gaps[slot.ordinal() - 1], gaps[slot.ordinal()]);
    }

    /** Writes what stands behind the last gap. */
    void appendRest(BatchBuffer out) {
        out.append(members, gaps[gaps.length - 1], members.length);
    }
}

package dev.ilura.audit.format;

import java.util.HashMap;
import java.util.Map;

/** A member that is looked up in every record, so that where it stands is noted while the record is read. */
@SuppressWarnings("EnumOrdinal") // places in arrays
public enum KnownMember {
    ARGUMENTS("argsC"),
    CALL("call"),
    CLOCK_BACK("clockBackUs"),
    LOG("log"),
    MINIMUM("minimum"),
    PARENT("parent"),
    PREV("prev"),
    PREV_IN_CALL("prevInCall"),
    PREV_IN_SESSION("prevInSession"),
    SEQ("seq"),
    SERVER("server"),
    SESSION("session"),
    TOOL("tool"),
    TS("ts"),
    TYPE("type"),
    VERSION("v");

    static final int COUNT = values().length;

    private static final Map<String, KnownMember> BY_NAME = byName();

    private final String name;

    KnownMember(String name) {
        this.name = name;
    }

    private static Map<String, KnownMember> byName() {
        Map<String, KnownMember> byName = new HashMap<>();
        for (KnownMember member : values()) {
            byName.put(member.name, member);
        }
        return byName;
    }

    /** Its name in a record. */
    public String spelled() {
        return name;
    }

    /** The place of the member of this name, or -1. */
    static int place(String name) {
        KnownMember member = BY_NAME.get(name);
        return member == null ? -1 : member.ordinal();
    }
}

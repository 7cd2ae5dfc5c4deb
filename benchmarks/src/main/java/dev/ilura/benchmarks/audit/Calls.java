package dev.ilura.benchmarks.audit;

import dev.ilura.Arguments;
import dev.ilura.AuditEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events as a gateway tells them: records of about 550 bytes. */
public final class Calls {
    private static final Arguments ARGUMENTS = Arguments.of(Map.of("path", "/srv/docs/report.md"));
    private static final String DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private Calls() {}

    static AuditEvent dispatch(String call, String session, @Nullable String parent) {
        return about(AuditEvent.Type.DISPATCH, call, session)
                .fact("parent", parent)
                .fact("decision", "allow")
                .fact("lane", "low")
                .arguments(ARGUMENTS)
                .build();
    }

    public static AuditEvent numbered(long number) {
        return dispatch("call-" + number, "session-" + number % 50, "call-" + (number - 50));
    }

    static AuditEvent outcome(String call, String session) {
        return about(AuditEvent.Type.OUTCOME, call, session)
                .fact("outcome", "completed")
                .fact("durUs", 1_834)
                .build();
    }

    private static AuditEvent.Builder about(AuditEvent.Type type, String call, String session) {
        return AuditEvent.of(type)
                .fact("call", call)
                .fact("session", session)
                .fact("pod", "default")
                .fact("principal", "local")
                .fact("server", "files")
                .fact("tool", "read_text_file")
                .fact("toolDigest", DIGEST);
    }
}

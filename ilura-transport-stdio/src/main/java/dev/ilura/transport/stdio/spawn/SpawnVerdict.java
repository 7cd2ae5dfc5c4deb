package dev.ilura.transport.stdio.spawn;

import dev.ilura.IluraException;
import dev.ilura.text.VisibleText;
import java.util.Objects;

/** The judgement over a command line. */
public sealed interface SpawnVerdict {

    /** May start: the artefact is known exactly and nothing else decides what runs. */
    record Allowed(SpawnPlan plan) implements SpawnVerdict {
        public Allowed {
            Objects.requireNonNull(plan, "plan");
        }
    }

    /**
     * May start if a human agrees: of the right shape, but not pinned, or something of the host is handed in.
     *
     * @param why what the human has to weigh, one sentence
     */
    record Asked(SpawnPlan plan, String code, String why) implements SpawnVerdict {
        public Asked {
            Objects.requireNonNull(plan, "plan");
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(why, "why");
        }
    }

    /**
     * Must not start.
     *
     * @param code stable code
     * @param what what is wrong, one sentence
     * @param token the offending piece as written; may hold anything
     * @param index its place: 0 is the command, 1 the first argument, -1 outside the command line
     * @param fix what to write instead, one sentence
     */
    record Denied(String code, String what, String token, int index, String fix) implements SpawnVerdict {
        public Denied {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(what, "what");
            Objects.requireNonNull(token, "token");
            Objects.requireNonNull(fix, "fix");
        }

        /** The same as an exception, with the token made visible. */
        public IluraException exception() {
            String place = index < 0 ? "" : index == 0 ? " (the command)" : " (argument " + index + ")";
            return new IluraException(code, what + " Found: " + VisibleText.oneLine(token) + place + ".", fix);
        }
    }
}

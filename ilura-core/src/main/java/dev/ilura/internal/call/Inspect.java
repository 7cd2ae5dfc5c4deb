package dev.ilura.internal.call;

import dev.ilura.CallOutcome.Effect;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.ResponseInspector.Changed;
import dev.ilura.spi.ResponseInspector.Inspection;
import dev.ilura.spi.ResponseInspector.Withheld;
import java.util.List;
import java.util.Optional;

/** Stage 8: what came back is looked at before anybody else does. An inspector that fails withholds. */
final class Inspect {
    private final List<ResponseInspector> inspectors;

    Inspect(List<ResponseInspector> inspectors) {
        this.inspectors = inspectors;
    }

    Answered apply(Answered answered) {
        Answered passed = answered;
        for (ResponseInspector inspector : inspectors) {
            passed = pass(passed, finding(inspector, passed));
        }
        return passed;
    }

    private static Answered pass(Answered answered, Inspection finding) {
        if (finding instanceof Withheld withheld) {
            throw new Stop(Ending.failed(
                    answered.judged().pending(),
                    Optional.of(answered.judged().call()),
                    answered.judged().lane(),
                    withheld.code(),
                    withheld.reason(),
                    Effect.UNKNOWN));
        }
        if (finding instanceof Changed changed) {
            return new Answered(
                    answered.judged(),
                    Optional.empty(),
                    changed.result(),
                    answered.error(),
                    answered.cached(),
                    joined(answered.note(), changed.note()));
        }
        return answered;
    }

    private static Inspection finding(ResponseInspector inspector, Answered answered) {
        JsonValue result = answered.result();
        try {
            Inspection finding = inspector.inspect(answered.judged().call(), result);
            return finding == null ? withheld("An inspector said nothing.") : finding;
        } catch (RuntimeException e) {
            return withheld("An inspector failed: " + Ending.shortened(String.valueOf(e.getMessage())));
        }
    }

    private static Withheld withheld(String reason) {
        return new Withheld("ILR-CALL-009", reason);
    }

    private static String joined(String before, String note) {
        return before.isEmpty() ? note : before + " " + note;
    }
}

package dev.ilura.gateway.cli;

import dev.ilura.Decision;
import dev.ilura.text.VisibleText;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A decision in the words of somebody who never saw Ilura, and as JSON. */
final class DecisionText {
    private final Screen screen;

    DecisionText(Screen screen) {
        this.screen = screen;
    }

    /** {@code would be denied}. */
    String verdict(Decision decision) {
        if (decision instanceof Decision.Allow) {
            return screen.good("allowed");
        }
        if (decision instanceof Decision.Ask ask) {
            String people = ask.approvers() > 1 ? ", " + ask.approvers() + " people" : "";
            return screen.careful(
                    "allowed if a person agrees (lane " + ask.lane().label() + people + ")");
        }
        return screen.bad("denied");
    }

    /** In a few words: {@code allowed}, {@code asked about (lane high)}, {@code denied}. */
    static String plain(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return "asked about (lane " + ask.lane().label() + ")";
        }
        return decision instanceof Decision.Allow ? "allowed" : "denied";
    }

    static String reason(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return VisibleText.oneLine(ask.reason());
        }
        return decision instanceof Decision.Deny deny
                ? VisibleText.oneLine(withoutRule(deny.reason(), deny.rule().toString()))
                : "";
    }

    /** A reason that stands beside its rule does not name it again. */
    static String withoutRule(String reason, String rule) {
        String suffix = ", rule " + rule;
        return reason.endsWith(suffix) ? reason.substring(0, reason.length() - suffix.length()) : reason;
    }

    static Decision.Terms terms(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return ask.terms();
        }
        return decision instanceof Decision.Allow allow ? allow.terms() : Decision.Terms.PLAIN;
    }

    static Map<String, Object> json(Decision decision) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("decision", decision.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        if (decision instanceof Decision.Ask ask) {
            object.put("lane", ask.lane().label());
        }
        if (decision instanceof Decision.Deny deny) {
            object.put("code", deny.code());
        }
        object.put("reason", reason(decision));
        object.put("rule", decision.rule().id());
        object.put("origin", decision.rule().origin());
        Map<String, String> sends = new LinkedHashMap<>();
        terms(decision).rewrites().forEach(rewrite -> sends.put(rewrite.pointer(), rewrite.value()));
        object.put("rewrites", sends);
        object.put("trace", decision.trace());
        return object;
    }
}

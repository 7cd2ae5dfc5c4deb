package dev.ilura.internal.call;

import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.UpstreamFailure;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A human's yes, good for one write. The digest is kept as it was when they agreed, and everything it covers is looked
 * up again for the comparison, so that nothing that changed in memory meanwhile changes both sides. Thread-safe.
 */
final class Assent {
    /** What a judgement stands on besides the call. */
    record Grounds(String policyVersion, RuleRef rule, RiskLane lane, int approvers) {}

    private final ApprovalTicket ticket;
    private final String digest;
    private final TicketTime life;
    private final AtomicBoolean used = new AtomicBoolean();

    /**
     * @param digest the ticket's, as the human agreed to it
     */
    Assent(ApprovalTicket ticket, String digest, TicketTime life) {
        this.ticket = ticket;
        this.digest = digest;
        this.life = life;
    }

    String digest() {
        return digest;
    }

    /**
     * Uses the yes for the bytes that are about to be written; whoever comes second finds it used.
     *
     * @param sent the call as read from those bytes, for the server and the tool that are there now; empty if they hold
     *     none
     * @param now what the judgement stands on now
     * @throws UpstreamFailure ILR-CALL-011 if anything is not as it was agreed to, or it was used before
     */
    void use(Optional<ToolCall> sent, Grounds now) {
        requireSame(sent, now);
        life.lapse().ifPresent(lapse -> {
            throw UpstreamFailure.changed("The approval lapsed before the call could be sent. " + lapse.reason());
        });
        if (!used.compareAndSet(false, true)) {
            throw UpstreamFailure.changed("The approval was used already.");
        }
    }

    /**
     * The same call goes on: its server asked something back and gets the answer with the call once more. That is no
     * second use, and it may come late, but it must be the very call that the yes was used for.
     *
     * @throws UpstreamFailure ILR-CALL-011 if anything is not as it was agreed to, or the yes was not used yet
     */
    void goOn(Optional<ToolCall> sent, Grounds now) {
        requireSame(sent, now);
        if (!used.get()) {
            throw UpstreamFailure.changed("The call that should go on was never approved.");
        }
    }

    private void requireSame(Optional<ToolCall> sent, Grounds now) {
        boolean same = sent.map(call -> ticket.under(call, now.policyVersion(), now.rule(), now.lane(), now.approvers())
                        .digest())
                .filter(digest::equals)
                .isPresent();
        if (!same) {
            throw UpstreamFailure.changed("What would be sent is not what was approved.");
        }
    }
}

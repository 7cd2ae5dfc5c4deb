package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.Secret;
import dev.ilura.approval.webhook.SignedExchange;
import dev.ilura.approval.webhook.WebhookQuestion;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Asks in a chat system, through a small receiver of the operator's that posts the question and hands back who pressed
 * which button. Every message and every reply is signed with a shared secret (HMAC-SHA256) over a time and a nonce;
 * {@code docs/approvals.md} has the format.
 *
 * <p>The signature proves the receiver, not what a person saw or who they are. So this channel answers lane medium only,
 * and never stands for several people.
 *
 * <p>Thread-safe.
 */
public final class WebhookApprovals implements ApprovalHandler {
    /** The channel in answers and in the configuration. */
    public static final String CHANNEL = "webhook";

    /** How far the receiver's clock may be off. */
    public static final Duration CLOCK_WINDOW = SignedExchange.CLOCK_WINDOW;

    /** Characters that a secret has at least. */
    public static final int MIN_SECRET = 32;

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    private final WebhookQuestion.Asker asker;

    private WebhookApprovals(Builder builder) {
        this.asker = new WebhookQuestion.Asker(
                new SignedExchange(builder.receiver, builder.secret, builder.random, builder.time),
                builder.betweenLooks,
                builder.time);
    }

    /**
     * Starts building a channel.
     *
     * @param receiver {@code https}, or {@code http} on this machine
     * @param secret shared with the receiver, at least {@value #MIN_SECRET} characters
     * @throws IllegalArgumentException if the address or the secret will not do
     */
    public static Builder receiver(URI receiver, Secret secret) {
        return new Builder(receiver, secret);
    }

    /** The same with defaults. */
    public static WebhookApprovals to(URI receiver, Secret secret) {
        return receiver(receiver, secret).build();
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        if (ticket.lane().compareTo(RiskLane.MEDIUM) > 0 || ticket.approvers() > 1) {
            return unanswered("ILR-APPROVAL-009: A webhook answers lane medium for one person and no more."
                    + " Add \"page\" to the approval channels.");
        }
        try {
            return asker.ask(ticket, CHANNEL);
        } catch (IOException e) {
            return unanswered("ILR-APPROVAL-008: The webhook gave no answer that counts (" + e.getMessage()
                    + "). Look at the receiver, its secret and its clock.");
        }
    }

    private static ApprovalAnswer unanswered(String why) {
        return new ApprovalAnswer.Unanswered(CHANNEL, why);
    }

    /** Collects the choices. Not thread-safe; used once. */
    public static final class Builder {
        private final URI receiver;
        private final Secret secret;
        private Duration betweenLooks = BETWEEN_LOOKS;
        private TimeSource time = TimeSource.system();
        private RandomGenerator random = new SecureRandom();

        private Builder(URI receiver, Secret secret) {
            this.receiver = safe(receiver);
            this.secret = Objects.requireNonNull(secret, "secret");
            if (secret.revealToItsOneUse().length() < MIN_SECRET) {
                throw new IllegalArgumentException("a webhook's secret has at least " + MIN_SECRET + " characters");
            }
        }

        /** How long to wait before the receiver is asked again whether somebody answered; without this two seconds. */
        public Builder every(Duration pause) {
            if (pause.isNegative() || pause.isZero()) {
                throw new IllegalArgumentException("a pause must be positive, not " + pause);
            }
            this.betweenLooks = pause;
            return this;
        }

        /** For tests: the clock. */
        Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /** A channel; it connects when something is asked. */
        public WebhookApprovals build() {
            return new WebhookApprovals(this);
        }

        /** The question names files and people, so it leaves the machine encrypted or not at all. */
        private static URI safe(URI receiver) {
            String scheme = String.valueOf(receiver.getScheme()).toLowerCase(Locale.ROOT);
            String host = receiver.getHost();
            boolean fits = host != null
                    && receiver.getUserInfo() == null
                    && receiver.getFragment() == null
                    && (scheme.equals("https") || (scheme.equals("http") && isThisMachine(host)));
            if (!fits) {
                throw new IllegalArgumentException(
                        "a webhook is https://..., or http:// on this machine, without a user name in it");
            }
            return receiver;
        }

        private static boolean isThisMachine(String host) {
            try {
                boolean literal = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
                return literal && InetAddress.getByName(host).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false;
            }
        }
    }
}

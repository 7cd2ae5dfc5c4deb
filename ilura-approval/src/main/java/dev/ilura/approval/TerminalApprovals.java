package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.approval.internal.TicketText;
import dev.ilura.approval.internal.TypedReasons;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.TimeSource;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Asks the person at the terminal the gateway was started from.
 *
 * <p>Lane medium takes {@code y}; everything else denies. Lane high takes a code that follows from the ticket's digest,
 * and a typed reason. Lane critical, and more than one approver, cannot be had at a terminal and stay unanswered. What is
 * typed before the question stands there does not count.
 *
 * <p>One question at a time; others wait in line, at most {@value #LINE}. Thread-safe.
 */
public final class TerminalApprovals implements ApprovalHandler {
    /** The channel in answers and in the configuration. */
    public static final String CHANNEL = "terminal";

    private static final int LINE = 16;
    private static final int REASON_TRIES = 3;

    /** What a person can still scroll back to and read. */
    private static final int MAX_DISPLAY_CHARS = 20_000;

    private static final int MAX_DISPLAY_LINES = 400;

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final OperatorTerminal terminal;
    private final TimeSource time;
    private final String operator;
    private final TypedReasons reasons = new TypedReasons();
    private final Semaphore places = new Semaphore(LINE + 1);
    private final Semaphore turn = new Semaphore(1, true);

    TerminalApprovals(OperatorTerminal terminal, TimeSource time, String operator) {
        this.terminal = terminal;
        this.time = time;
        this.operator = operator;
    }

    /**
     * Asks on {@code /dev/tty}, the controlling terminal. Standard input and output are left to the protocol. The
     * terminal is looked for with each question; without one, questions stay unanswered and calls are denied.
     */
    public static TerminalApprovals onTty() {
        return new TerminalApprovals(new DevTty(), TimeSource.system(), System.getProperty("user.name", "operator"));
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        Optional<String> beyond = beyondATerminal(ticket);
        if (beyond.isPresent()) {
            return unanswered(beyond.get());
        }
        if (!places.tryAcquire()) {
            return unanswered("ILR-APPROVAL-004: " + LINE + " other questions wait for this terminal.");
        }
        try {
            turn.acquire();
            try {
                return askNow(ticket);
            } finally {
                turn.release();
            }
        } finally {
            places.release();
        }
    }

    private static Optional<String> beyondATerminal(ApprovalTicket ticket) {
        if (ticket.lane() == RiskLane.CRITICAL) {
            return Optional.of("ILR-APPROVAL-002: Lane critical needs a passkey, which a terminal cannot ask for."
                    + " Add \"page\" to the approval channels.");
        }
        if (ticket.approvers() > 1) {
            return Optional.of("ILR-APPROVAL-002: " + ticket.approvers() + " people have to agree, and a terminal"
                    + " cannot tell them apart. Add \"page\" to the approval channels.");
        }
        String display = ticket.display();
        if (display.length() > MAX_DISPLAY_CHARS || display.lines().count() > MAX_DISPLAY_LINES) {
            return Optional.of("ILR-APPROVAL-003: The call is too long to be read on a terminal ("
                    + display.length() + " characters; the limits are " + MAX_DISPLAY_CHARS + " characters and "
                    + MAX_DISPLAY_LINES + " lines). Add \"page\" to the approval channels.");
        }
        return Optional.empty();
    }

    private ApprovalAnswer askNow(ApprovalTicket ticket) throws InterruptedException {
        Deadline deadline = Deadline.of(ticket, time);
        if (deadline.passed()) {
            return unanswered("The ticket expired while it waited for the terminal.");
        }
        try (OperatorTerminal.Session session = terminal.open()) {
            session.show(question(ticket, deadline));
            session.discardTypedAhead();
            ApprovalAnswer answer = answer(ticket, session, deadline);
            session.show(farewell(answer));
            return answer;
        } catch (IOException e) {
            return unanswered(
                    "ILR-APPROVAL-001: There is no terminal to ask (" + VisibleText.oneLine(e.getMessage() + "")
                            + "). Start the gateway from a terminal or add \"page\" to the approval channels.");
        }
    }

    private ApprovalAnswer answer(ApprovalTicket ticket, OperatorTerminal.Session session, Deadline deadline)
            throws IOException, InterruptedException {
        try {
            return ticket.lane() == RiskLane.HIGH
                    ? confirmWithReason(ticket, session, deadline)
                    : confirm(ticket, session, deadline);
        } catch (InterruptedException ended) {
            session.show("\nNo longer asked.\n");
            throw ended;
        }
    }

    private ApprovalAnswer confirm(ApprovalTicket ticket, OperatorTerminal.Session session, Deadline deadline)
            throws IOException, InterruptedException {
        session.show("Type y to let it happen; anything else denies: ");
        Optional<String> typed = session.line(deadline);
        if (typed.isEmpty() || deadline.passed()) {
            return tooLate();
        }
        return typed.get().strip().equalsIgnoreCase("y") ? approved(ticket, Optional.empty()) : refused();
    }

    private ApprovalAnswer confirmWithReason(ApprovalTicket ticket, OperatorTerminal.Session session, Deadline deadline)
            throws IOException, InterruptedException {
        String code = TicketText.code(ticket);
        session.show("Type " + code + " to let it happen; anything else denies: ");
        Optional<String> typed = session.line(deadline);
        if (typed.isPresent() && !typed.get().strip().equalsIgnoreCase(code)) {
            return refused();
        }
        for (int tries = 0; typed.isPresent() && tries < REASON_TRIES; tries++) {
            session.show("Why may this happen? (an empty line denies) ");
            typed = session.line(deadline);
            if (typed.isEmpty() || deadline.passed()) {
                return tooLate();
            }
            if (typed.get().isBlank()) {
                return refused();
            }
            Optional<String> objection = reasons.take(typed.get());
            if (objection.isEmpty()) {
                return approved(ticket, Optional.of(TypedReasons.kept(typed.get())));
            }
            session.show(objection.get() + "\n");
        }
        return typed.isEmpty() ? tooLate() : refused();
    }

    private String question(ApprovalTicket ticket, Deadline deadline) {
        String lane = ticket.lane().label().toUpperCase(Locale.ROOT);
        StringBuilder text = new StringBuilder(512);
        text.append("\n== Ilura: may this call happen? == lane ").append(lane).append(" ==\n");
        field(text, "call", ticket.call().target());
        field(
                text,
                "asked by",
                ticket.call().principal() + ", pod " + ticket.call().pod());
        field(text, "rule", ticket.rule().toString());
        field(text, "why", ticket.reason());
        field(text, "digest", TicketText.shortDigest(ticket));
        field(text, "time", deadline.secondsLeft() + " s, until " + CLOCK.format(ticket.expiresAt()));
        // Every line of the call carries a mark, so that none of them can pass for a line of Ilura's ("lies in the
        // loop").
        VisibleText.block(ticket.display())
                .lines()
                .forEach(line -> text.append("  | ").append(line).append('\n'));
        return text.toString();
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-9s ", name))
                .append(VisibleText.oneLine(value))
                .append('\n');
    }

    private static String farewell(ApprovalAnswer answer) {
        if (answer instanceof ApprovalAnswer.Approved) {
            return "Approved.\n";
        }
        return answer instanceof ApprovalAnswer.Refused ? "Denied.\n" : "\nToo late: denied.\n";
    }

    private ApprovalAnswer approved(ApprovalTicket ticket, Optional<String> reason) {
        return new ApprovalAnswer.Approved(ticket.digest(), operator, CHANNEL, reason, Optional.empty());
    }

    private ApprovalAnswer refused() {
        return new ApprovalAnswer.Refused(operator, CHANNEL, "The person at the terminal said no.");
    }

    private static ApprovalAnswer tooLate() {
        return unanswered("Nobody answered at the terminal in time.");
    }

    private static ApprovalAnswer unanswered(String why) {
        return new ApprovalAnswer.Unanswered(CHANNEL, why);
    }
}

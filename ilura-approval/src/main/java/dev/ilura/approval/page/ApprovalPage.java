package dev.ilura.approval.page;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.IluraException;
import dev.ilura.approval.internal.OneTimeCode;
import dev.ilura.approval.internal.PrivateFile;
import dev.ilura.approval.passkey.Base64Url;
import dev.ilura.approval.passkey.Enrolment;
import dev.ilura.approval.passkey.PasskeyStore;
import dev.ilura.approval.passkey.PasskeyVerifier;
import dev.ilura.approval.passkey.RelyingParty;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A page that is being served, and how its parts are wired. Thread-safe. */
public final class ApprovalPage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalPage.class);

    private final String address;
    private final Desk desk;
    private final OperatorBoard board;
    private final PageServer server;
    private final PageApi api;
    private final OpenQuestions open;

    /**
     * What a page is made of.
     *
     * @param state directory of its private files
     * @param ports ports to try in order; zero is any that is free
     * @param operatorName what answers without a passkey call the person
     * @param terminal shows lines to the operator
     * @param virtualAuthenticators whether passkeys of test authenticators may be enrolled
     */
    public record Parts(
            Path state,
            List<Integer> ports,
            String operatorName,
            Consumer<String> terminal,
            RandomGenerator random,
            TimeSource time,
            boolean virtualAuthenticators) {
        public Parts {
            ports = List.copyOf(ports);
        }
    }

    private ApprovalPage(Parts parts, PageServer.LoopbackPort sockets) {
        this.address = "http://localhost:" + sockets.port();
        this.board = new OperatorBoard(
                parts.terminal(), new PrivateFile(parts.state().resolve("page.json")), address);
        this.desk = new Desk(parts.time(), () -> id(parts.random()), parts.operatorName());
        PasskeyStore passkeys = PasskeyStore.in(parts.state().resolve("passkeys.json"));
        PasskeyVerifier verifier =
                new PasskeyVerifier(new RelyingParty(address), passkeys, parts.virtualAuthenticators());
        Enrolment enrolment = new Enrolment(
                passkeys,
                verifier,
                new OneTimeCode(parts.random(), board::enrolmentCode),
                parts.random(),
                parts.time(),
                parts.terminal());
        OneTimeCode pairing = new OneTimeCode(parts.random(), board::pairingCode);
        Sessions sessions = new Sessions(pairing, parts.random(), parts.time());
        this.open = new OpenQuestions(new PrivateFile(parts.state().resolve("questions.json")));
        List<Settled> leftOver = open.leftOver(parts.time().now());
        desk.expired(leftOver);
        this.api = new PageApi(desk, sessions, passkeys, verifier, enrolment, parts.time());
        pairing.renew();
        board.expired(leftOver.size());
        this.server = PageServer.start(sockets, sessions, api, desk, parts.time());
    }

    /**
     * Serves a page.
     *
     * @throws IluraException ILR-APPROVAL-010 or -011 if a private file cannot be used, ILR-APPROVAL-012 if no port can
     */
    public static ApprovalPage open(Parts parts) {
        PageServer.LoopbackPort sockets = bind(parts.ports());
        try {
            return new ApprovalPage(parts, sockets);
        } catch (IluraException e) {
            sockets.servers().forEach(http -> http.stop(0));
            throw e;
        }
    }

    private static PageServer.LoopbackPort bind(List<Integer> ports) {
        IOException last = new IOException("no port was named");
        for (int port : ports) {
            try {
                return PageServer.LoopbackPort.bind(port);
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw new IluraException(
                "ILR-APPROVAL-012",
                "The approval page cannot be served on port " + ports.get(0) + ": " + last.getMessage() + ".",
                "Name another port, or end what uses this one.",
                last);
    }

    /** Where a browser finds it. */
    public String address() {
        return address;
    }

    /** Lays a ticket on the desk and waits for what becomes of it. */
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        Optional<Pending> placed = desk.place(ticket);
        if (placed.isEmpty()) {
            return unanswered("ILR-APPROVAL-006: The approval page takes no more questions.");
        }
        Pending pending = placed.get();
        try {
            if (!pending.answer().isDone()) {
                open.add(ticket);
                if (server.openStreams() == 0) {
                    board.waiting();
                }
            }
            return pending.answer().get();
        } catch (IOException e) {
            return unanswered("ILR-APPROVAL-013: The question could not be written down, so it is not asked.");
        } catch (ExecutionException | CancellationException e) {
            return unanswered("The approval page failed.");
        } finally {
            desk.withdraw(pending);
            forget(ticket);
        }
    }

    /** What stays in the file by this failure is shown as expired after a restart, which it is. */
    private void forget(ApprovalTicket ticket) {
        try {
            open.remove(ticket);
        } catch (IOException e) {
            LOG.warn("The list of open questions could not be written", e);
        }
    }

    /** Gives it the log to read. */
    public void reads(AuditTrail log) {
        api.reads(log);
    }

    @Override
    public void close() {
        desk.close();
        try {
            open.close();
        } catch (IOException e) {
            LOG.warn("The list of open questions could not be removed", e);
        }
        server.close();
        board.clear();
    }

    private static ApprovalAnswer unanswered(String why) {
        return new ApprovalAnswer.Unanswered(Desk.CHANNEL, why);
    }

    private static String id(RandomGenerator random) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return Base64Url.encode(id);
    }
}

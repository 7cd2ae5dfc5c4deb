package dev.ilura.internal.downstream;

import dev.ilura.internal.CallIds;
import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.call.PendingCall;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One connected client. Reads its frames strictly and gives each to the side that speaks its era; enforcement does not
 * depend on which that is, nor on a handshake.
 */
public final class ClientSession implements McpFront.Session {
    private final Identity identity;
    private final HandshakeSide handshake;
    private final ModernSide modern;
    private final PodView view;
    private final Consumer<ClientSession> left;

    /** What all clients of a gateway have in common. */
    public record Common(
            Function<PendingCall, CompletableFuture<Concluded>> road, CallIds ids, TimeSource time, Parking parking) {}

    /**
     * @param id names the session in records
     * @param left told once, when the client is gone
     */
    public ClientSession(
            String id,
            McpFront.Client client,
            PodView view,
            McpFront.Outbox outbox,
            Common common,
            Consumer<ClientSession> left) {
        this.identity = new Identity(id, client.principal(), view.pod().name());
        this.view = view;
        this.left = left;
        Relay relay = new Relay(common.road(), common.ids(), common.time());
        this.handshake = new HandshakeSide(identity, view, outbox, relay, common.time());
        this.modern = new ModernSide(identity, client.channel(), view, relay, common);
    }

    public String id() {
        return identity.session();
    }

    @Override
    public Optional<String> revision() {
        return handshake.revision();
    }

    @Override
    public McpFront.Ongoing received(byte[] bytes, McpFront.Headers headers, McpFront.Replies replies) {
        if (Frame.isBatch(bytes) && handshake.takesBatches()) {
            return Batch.read(bytes, replies, (frame, each) -> one(frame, headers, each));
        }
        return one(bytes, headers, replies);
    }

    private McpFront.Ongoing one(byte[] bytes, McpFront.Headers headers, McpFront.Replies replies) {
        try {
            Frame frame = Frame.read(bytes);
            return Era.of(frame, headers) == Era.PER_REQUEST
                    ? modern.received(frame, headers, replies)
                    : handshaken(frame, replies);
        } catch (FrameException e) {
            Reply.refused(null, e.rpcCode(), e.code() + " " + e.getMessage()).to(replies);
            return McpFront.Ongoing.nothing();
        }
    }

    /** A cancellation carries no metadata; it is for whichever side has the request. */
    private McpFront.Ongoing handshaken(Frame frame, McpFront.Replies replies) {
        if (frame.kind() == Frame.Kind.NOTIFICATION && frame.method().equals("notifications/cancelled")) {
            modern.cancelled(frame);
        }
        return handshake.received(frame, replies);
    }

    /** A list that the client may have is no longer right. */
    public void changed(Line line, Offer offer) {
        handshake.changed(line, offer);
        modern.changed(line, offer);
    }

    @Override
    public void closed() {
        handshake.closed();
        modern.closed();
        view.upstreams().forEach(upstream -> upstream.lines().left(handshake.client()));
        left.accept(this);
    }
}

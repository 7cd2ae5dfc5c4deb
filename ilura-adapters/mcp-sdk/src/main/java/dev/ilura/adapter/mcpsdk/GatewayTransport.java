package dev.ilura.adapter.mcpsdk;

import dev.ilura.Gateway;
import dev.ilura.Gateway.Membership;
import dev.ilura.IluraException;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpTransport;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The gate as a transport of the official MCP Java SDK. An application wraps the transport it has, and every call of its
 * client takes the way of a call through the {@link Gateway}: policy, approval, log, breaker, deadlines.
 *
 * <pre>{@code
 * McpSyncClient client = McpClient.sync(GatewayTransport.wrap(transport, gateway)).build();
 * }</pre>
 *
 * <p>A call that is denied or not approved reaches the application as a {@code CallToolResult} with {@code isError} and the
 * reason. The client negotiates with the gate, and sees what the gate offers: tools under their own names, and nothing
 * else.
 *
 * <p>What does not pass the gate: values that the application puts into the Reactor context for its HTTP request
 * customizers, because a call is sent by the gate and not by the thread that asked for it.
 *
 * <p>Thread-safe; any number of threads may send at once.
 */
public final class GatewayTransport implements McpClientTransport {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayTransport.class);

    private final Gateway gateway;
    private final String pod;
    private final String server;
    private final Optional<McpClientTransport> behind;
    private final Membership membership;
    private final SdkMessages messages = SdkMessages.ofDefaultMapper();
    private final AtomicReference<@Nullable ClientFront> front = new AtomicReference<>();

    private GatewayTransport(
            Gateway gateway, String pod, String server, Optional<McpClientTransport> behind, Membership membership) {
        this.gateway = gateway;
        this.pod = pod;
        this.server = server;
        this.behind = behind;
        this.membership = membership;
    }

    /**
     * Puts the gate in front of an SDK transport. Rules of the default pod know its server as {@link SdkServer#WRAPPED},
     * so its tool {@code echo} is {@code wrapped/echo}.
     *
     * @param transport not connected yet; from now on it belongs to the wrapping, which closes it
     * @throws IluraException ILR-CONF-003 if another transport is wrapped under that name; name this one
     */
    public static GatewayTransport wrap(McpClientTransport transport, Gateway gateway) {
        return wrap(transport, gateway, SdkServer.named(SdkServer.WRAPPED));
    }

    /**
     * Puts the gate in front of an SDK transport whose server has a name and roots.
     *
     * @param transport not connected yet; from now on it belongs to the wrapping, which closes it
     * @throws IluraException if the gateway does not take the server, see {@link Gateway#join}
     */
    public static GatewayTransport wrap(McpClientTransport transport, Gateway gateway, SdkServer server) {
        SdkTransport way = new SdkTransport(transport, server, SdkMessages.ofDefaultMapper());
        Membership membership = gateway.join(server.behind(way), server.pod());
        return new GatewayTransport(gateway, server.pod(), server.name(), Optional.of(transport), membership);
    }

    /**
     * A transport to one of the gateway's own servers, in place of an SDK transport: the gate starts the server, so it is
     * validated, confined and inherits nothing of this process.
     *
     * @param server the server's configured name
     * @param pod the pod whose policy judges the calls
     */
    public static GatewayTransport to(String server, Gateway gateway, String pod) {
        return new GatewayTransport(gateway, pod, server, Optional.empty(), () -> {});
    }

    /** As {@link #to(String, Gateway, String)}, in the default pod. */
    public static GatewayTransport to(String server, Gateway gateway) {
        return to(server, gateway, dev.ilura.Pod.DEFAULT);
    }

    /** The client is there from the end of the returned {@code Mono} on; a client that connects again starts anew. */
    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> serve(new ClientFront(messages, message -> deliver(message, handler))));
    }

    private void serve(ClientFront next) {
        ClientFront before = front.getAndSet(next);
        if (before != null) {
            before.close();
        }
        Thread thread = new Thread(() -> run(next), "ilura-sdk-" + server);
        thread.setDaemon(true);
        thread.start();
        next.awaitSession();
    }

    private void run(ClientFront served) {
        try {
            gateway.serve(served, pod, server);
        } catch (IOException | RuntimeException e) {
            served.failed(e);
            return;
        }
        boolean gateIsGone = front.compareAndSet(served, null);
        if (gateIsGone) {
            membership.close();
            behind.ifPresent(McpTransport::close);
        }
    }

    private static void deliver(JSONRPCMessage message, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        handler.apply(Mono.just(message))
                .subscribe(handled -> {}, failure -> LOG.warn("the client failed on a message", failure));
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(() -> {
            ClientFront current = front.get();
            if (current == null) {
                throw new IluraException(
                        "ILR-SDK-001",
                        "The transport to \"" + server + "\" is not connected: the client or the gateway was closed.",
                        "Keep the gateway open for as long as the client.");
            }
            current.send(message);
        });
    }

    /** Ends the client's calls, takes the server out of the gateway and closes the wrapped transport. Idempotent. */
    @Override
    public Mono<Void> closeGracefully() {
        return Mono.<Void>fromRunnable(this::leave)
                .subscribeOn(Schedulers.boundedElastic())
                .then(Mono.defer(() -> behind.map(McpTransport::closeGracefully).orElse(Mono.empty())));
    }

    private void leave() {
        ClientFront current = front.getAndSet(null);
        if (current != null) {
            current.close();
        }
        membership.close();
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return behind.map(transport -> transport.unmarshalFrom(data, type))
                .orElseGet(() -> messages.convert(data, type));
    }

    @Override
    public List<String> protocolVersions() {
        return behind.map(McpTransport::protocolVersions).orElseGet(McpClientTransport.super::protocolVersions);
    }
}

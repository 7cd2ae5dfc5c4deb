package dev.ilura.adapter.mcpsdk;

import dev.ilura.spi.Transport;
import dev.ilura.text.VisibleText;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One connection over an SDK transport. Frames go out one at a time, because the SDK's stdio transport loses messages
 * that several threads send at once; they come in one at a time too, whatever threads the SDK transport uses.
 */
final class SdkConnection implements Transport.Connection {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    /** The last lines of a process may be read after its exit was seen. */
    private static final Duration LAST_LINES = Duration.ofMillis(200);

    private final McpClientTransport sdk;
    private final SdkMessages messages;
    private final String identity;
    private final Transport.Receiver receiver;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock();
    private volatile boolean ended;
    private volatile @Nullable Object handshake;
    private volatile @Nullable String revision;

    SdkConnection(McpClientTransport sdk, SdkMessages messages, String identity, Transport.Receiver receiver) {
        this.sdk = sdk;
        this.messages = messages;
        this.identity = identity;
        this.receiver = receiver;
    }

    /** Blocks until the SDK transport is connected, at most 30 s. */
    void connect() throws IOException {
        sdk.setExceptionHandler(this::raised);
        try {
            sdk.connect(incoming -> incoming.doOnNext(this::received)).block(CONNECT_LIMIT);
        } catch (RuntimeException e) {
            ended = true;
            throw new IOException(reason(e), e);
        }
        if (sdk instanceof StdioClientTransport stdio) {
            watch(stdio);
        }
    }

    /** The SDK's stdio transport tells nobody that its process ended; calls would wait for their time-out. */
    private void watch(StdioClientTransport stdio) {
        Thread watcher = new Thread(
                () -> {
                    stdio.awaitForExit();
                    Mono.delay(LAST_LINES).subscribe(tick -> lost("its process ended"));
                },
                "ilura-sdk-exit");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void received(JSONRPCMessage message) {
        if (message instanceof JSONRPCResponse answer && answer.id().equals(handshake)) {
            agreed(answer);
        }
        receiving.lock();
        try {
            if (!ended) {
                receiver.frame(messages.frame(message));
            }
        } catch (IOException e) {
            receiver.garbage("a message that the SDK's mapper cannot write: " + reason(e));
        } finally {
            receiving.unlock();
        }
    }

    private void agreed(JSONRPCResponse answer) {
        if (answer.result() instanceof Map<?, ?> result && result.get("protocolVersion") instanceof String agreed) {
            revision = agreed;
        }
    }

    @Override
    public String identity() {
        return identity;
    }

    /** In the order of the calls; what the SDK transport says about it later ends the connection. */
    @Override
    public void send(byte[] frame) throws IOException {
        JSONRPCMessage message = messages.forServer(frame);
        if (message instanceof JSONRPCRequest request && request.method().equals(McpSchema.METHOD_INITIALIZE)) {
            handshake = request.id();
        }
        sending.lock();
        try {
            if (ended) {
                throw new IOException("the connection ended");
            }
            inRevision(sdk.sendMessage(message)).subscribe(sent -> {}, failure -> unsent(message, failure));
        } finally {
            sending.unlock();
        }
    }

    /** The SDK's HTTP transports take the header of the agreed revision from here, and guess without it. */
    private Mono<Void> inRevision(Mono<Void> send) {
        String agreed = revision;
        return agreed == null
                ? send
                : send.contextWrite(context -> context.put(McpAsyncClient.NEGOTIATED_PROTOCOL_VERSION, agreed));
    }

    /** A server that refuses a notification is not lost; a request without an answer would wait in vain. */
    private void unsent(JSONRPCMessage message, Throwable failure) {
        if (message instanceof JSONRPCNotification) {
            receiver.garbage("a notification was not taken: " + reason(failure));
        } else {
            lost("a message could not be sent: " + reason(failure));
        }
    }

    /** The SDK itself starts anew on this one only; the others it reports beside the failed message. */
    private void raised(Throwable failure) {
        if (failure instanceof McpTransportSessionNotFoundException) {
            lost("the server no longer knows the session");
        }
    }

    private void lost(String why) {
        receiving.lock();
        try {
            if (!ended) {
                ended = true;
                receiver.closed("ILR-SDK-002", why);
            }
        } finally {
            receiving.unlock();
        }
    }

    /** Nothing comes or goes any more; the SDK transport itself stays for its owner to close. */
    @Override
    public void close() {
        ended = true;
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage());
        return VisibleText.oneLine(text.length() > 200 ? text.substring(0, 200) + "..." : text);
    }
}

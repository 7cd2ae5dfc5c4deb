package dev.ilura.transport.sse.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** One HTTP request and its answer, which is read while it arrives and nowhere collected. Used once; thread-safe. */
final class HttpCall implements HttpResponse.BodyHandler<Void>, HttpResponse.BodySubscriber<Void> {
    private final Taker taker;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile boolean cancelled;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile @Nullable CompletableFuture<HttpResponse<Void>> sent;
    private @Nullable Body body;

    HttpCall(Taker taker) {
        this.taker = taker;
    }

    /** Who made the request. Called on threads of the HTTP client, one call after the other. */
    interface Taker {
        /** The head of the answer is there; returns what takes its body. */
        Body head(HttpResponse.ResponseInfo head);

        /** There will be no (further) answer. Not called after {@link #cancel}. */
        void failed(Throwable why);
    }

    /** Takes a body in pieces. */
    interface Body {
        /** The next piece; must be read at once. What it throws ends the call. */
        void piece(ByteBuffer piece) throws IOException;

        /** The body is complete. */
        void end();
    }

    HttpCall start(HttpClient client, HttpRequest request) {
        CompletableFuture<HttpResponse<Void>> sending = client.sendAsync(request, this);
        sent = sending;
        if (cancelled) {
            sending.cancel(true);
        }
        sending.whenComplete((response, failure) -> {
            if (failure != null && !cancelled) {
                taker.failed(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        });
        return this;
    }

    /** Closes the connection; nobody is told any more. */
    void cancel() {
        cancelled = true;
        Flow.Subscription running = subscription;
        if (running != null) {
            running.cancel();
            done.complete(null);
        }
        CompletableFuture<HttpResponse<Void>> sending = sent;
        if (sending != null) {
            sending.cancel(true);
        }
    }

    @Override
    public HttpResponse.BodySubscriber<Void> apply(HttpResponse.ResponseInfo head) {
        body = taker.head(head);
        return this;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription opened) {
        subscription = opened;
        if (cancelled) {
            opened.cancel();
        } else {
            opened.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        Flow.Subscription running = subscription;
        if (cancelled || running == null || body == null) {
            return;
        }
        try {
            for (ByteBuffer piece : pieces) {
                body.piece(piece);
            }
            running.request(1);
        } catch (IOException | RuntimeException e) {
            running.cancel();
            done.completeExceptionally(e);
        }
    }

    @Override
    public void onError(Throwable why) {
        done.completeExceptionally(why);
    }

    @Override
    public void onComplete() {
        if (body != null && !cancelled) {
            body.end();
        }
        done.complete(null);
    }
}

package dev.ilura.transport.sse.client;

import dev.ilura.transport.sse.event.EventLimits;
import dev.ilura.transport.sse.event.EventReader;
import dev.ilura.transport.sse.event.ServerEvent;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The GET stream of a session. A server need not have one; one that broke is opened again, later and later while it keeps
 * breaking, after the last event that came.
 */
final class StandaloneStream implements HttpCall.Taker {
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    private final RemoteConnection connection;
    private volatile @Nullable HttpCall call;
    private volatile boolean cancelled;
    private @Nullable EventReader reader;
    private String lastId = "";
    private Duration delay = FIRST_DELAY;

    StandaloneStream(RemoteConnection connection) {
        this.connection = connection;
    }

    void start() {
        HttpCall starting = new HttpCall(this);
        call = starting;
        if (!cancelled) {
            starting.start(connection.client(), connection.stream(lastId));
        }
    }

    void cancel() {
        cancelled = true;
        HttpCall running = call;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public HttpCall.Body head(HttpResponse.ResponseInfo head) {
        if (head.statusCode() != 200 || !Bodies.mediaType(head).equals("text/event-stream")) {
            return Bodies.beginning(0, nothing -> {}); // it has none, which is its right
        }
        EventReader reading = new EventReader(
                EventLimits.ofOpenStream(connection.destination().messageLimit()), this::event);
        reader = reading;
        return Bodies.events(reading, this::again);
    }

    private void event(ServerEvent event) {
        delay = FIRST_DELAY;
        if (event.data().length > 0 && event.type().equals(ServerEvent.MESSAGE)) {
            connection.deliveries().frame(event.data());
        }
    }

    private void again() {
        EventReader ended = reader;
        Duration wait = delay;
        if (ended != null) {
            lastId = ended.lastId().isEmpty() ? lastId : ended.lastId();
            wait = ended.retry()
                    .filter(asked -> asked.compareTo(LONGEST_DELAY) < 0)
                    .orElse(delay);
        }
        Duration doubled = delay.multipliedBy(2);
        delay = doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY;
        if (!cancelled && !connection.isClosed()) {
            connection.time().after(wait, this::start);
        }
    }

    @Override
    public void failed(Throwable why) {
        again();
    }
}

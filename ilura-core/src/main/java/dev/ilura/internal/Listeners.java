package dev.ilura.internal;

import dev.ilura.spi.GatewayListener;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells those who watch. What one of them throws is logged and changes nothing. */
public final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<GatewayListener> listeners;

    Listeners(List<GatewayListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** Tells each of them. */
    public void tell(Consumer<GatewayListener> event) {
        for (GatewayListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed", e);
            }
        }
    }
}

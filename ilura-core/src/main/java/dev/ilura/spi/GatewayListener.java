package dev.ilura.spi;

import dev.ilura.CallOutcome;
import dev.ilura.Decision;
import dev.ilura.ToolCall;

/**
 * Watches, for metrics and traces. Every method does nothing by default, so new ones never break an implementation. What
 * a listener throws is logged and changes nothing.
 */
public interface GatewayListener {
    /** A call was decided. */
    default void decided(ToolCall call, Decision decision) {}

    /** A call ended. */
    default void ended(ToolCall call, CallOutcome outcome) {}

    /** A tool of a server is not callable, for example because it changed since it was pinned. */
    default void quarantined(String server, dev.ilura.Inventory.Quarantined entry) {}

    /** A server changed its state: {@code started}, {@code stopped}, {@code failed}. */
    default void server(String server, String state, String detail) {}
}

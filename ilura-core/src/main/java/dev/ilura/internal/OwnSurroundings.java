package dev.ilura.internal;

import dev.ilura.AuditEvent;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolProvider;
import java.util.List;
import java.util.Map;

/** What the gateway's own tools know of it. */
record OwnSurroundings(List<ToolProvider> providers, TimeSource time, Chronicle chronicle)
        implements ToolProvider.Surroundings {
    @Override
    public void note(Map<String, String> facts) {
        AuditEvent.Builder event = AuditEvent.of(AuditEvent.Type.NOTE);
        facts.forEach(event::fact);
        chronicle.note(event);
    }
}

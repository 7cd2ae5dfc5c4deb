package dev.ilura.audit.export;

import dev.ilura.AuditRecord;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Records as OpenTelemetry log records in OTLP's JSON encoding, one {@code ExportLogsServiceRequest} a line, as collectors read
 * them from files. Trace and span ids are those of the call's {@code traceparent}.
 */
final class OtelLogs implements RecordView {
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");
    private static final int INFO = 9;
    private static final int WARN = 13;
    private static final int ERROR = 17;

    private final String origin;
    private final String version;

    OtelLogs(String origin, String version) {
        this.origin = origin;
        this.version = version;
    }

    @Override
    public String line(AuditRecord record) {
        Map<String, Object> resource = Map.of(
                "attributes",
                List.of(
                        attribute("service.name", "ilura"),
                        attribute("service.version", version),
                        attribute("ilura.log", origin)));
        Map<String, Object> scope = Map.of("name", "dev.ilura.audit");
        Map<String, Object> request = Map.of(
                "resourceLogs",
                List.of(Map.of(
                        "resource",
                        resource,
                        "scopeLogs",
                        List.of(Map.of("scope", scope, "logRecords", List.of(logRecord(record)))))));
        return new String(JsonWriter.write(request), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> logRecord(AuditRecord record) {
        Map<String, Object> log = new LinkedHashMap<>();
        long micros = record.integer("ts").orElse(0L);
        log.put("timeUnixNano", micros + "000");
        log.put("observedTimeUnixNano", micros + "000");
        int severity = severity(record);
        log.put("severityNumber", severity);
        log.put("severityText", severity == ERROR ? "ERROR" : severity == WARN ? "WARN" : "INFO");
        log.put("eventName", "ilura.audit." + record.type());
        log.put("body", Map.of("stringValue", Summary.of(record)));
        log.put("attributes", attributes(record));
        Optional<Matcher> trace =
                record.text("traceparent").map(TRACEPARENT::matcher).filter(Matcher::matches);
        trace.ifPresent(ids -> {
            log.put("traceId", ids.group(1));
            log.put("spanId", ids.group(2));
            log.put("flags", Integer.parseInt(ids.group(3), 16));
        });
        return log;
    }

    private static int severity(AuditRecord record) {
        return switch (Summary.verdict(record)) {
            case ALLOWED -> INFO;
            case DENIED -> WARN;
            case FAILED -> ERROR;
        };
    }

    private static List<Map<String, Object>> attributes(AuditRecord record) {
        List<Map<String, Object>> attributes = new ArrayList<>();
        attributes.add(attribute("ilura.hash", record.hash()));
        record.json().members().forEach((name, value) -> attributes.add(attribute("ilura." + name, value)));
        record.text("tool").ifPresent(tool -> attributes.add(attribute("gen_ai.tool.name", tool)));
        record.text("call").ifPresent(call -> attributes.add(attribute("gen_ai.tool.call.id", call)));
        return attributes;
    }

    private static Map<String, Object> attribute(String key, JsonValue value) {
        Object typed = value.isString()
                ? Map.of("stringValue", value.text())
                : value.isBoolean() ? Map.of("boolValue", value.flag()) : Map.of("intValue", value.raw());
        return Map.of("key", key, "value", typed);
    }

    private static Map<String, Object> attribute(String key, String value) {
        return Map.of("key", key, "value", Map.of("stringValue", value));
    }
}

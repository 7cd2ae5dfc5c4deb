package dev.ilura.audit.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditRecord;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecordViewTest {
    private static final String ORIGIN = "ilura/log/00";
    private static final String TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";

    private final AuditRecord denied = record(
            1,
            Map.of(
                    "type",
                    "decision",
                    "call",
                    "c",
                    "session",
                    "s",
                    "server",
                    "files",
                    "tool",
                    "read",
                    "principal",
                    "agent",
                    "decision",
                    "deny",
                    "code",
                    "ILR-POLICY-101",
                    "traceparent",
                    TRACE));
    private final AuditRecord completed = record(
            2,
            Map.of(
                    "type",
                    "outcome",
                    "call",
                    "d",
                    "session",
                    "s",
                    "server",
                    "files",
                    "tool",
                    "read",
                    "outcome",
                    "completed",
                    "durUs",
                    2_600L,
                    "ts",
                    1_790_000_000_123_456L));
    private final AuditRecord recovery = record(3, Map.of("type", "recovery", "openCalls", 1L));

    private static AuditRecord record(long number, Map<String, Object> members) {
        Map<String, Object> all = new TreeMap<>(members);
        all.put("seq", number);
        all.putIfAbsent("ts", 1_790_000_000_000_000L);
        byte[] json = CanonicalJson.of(all);
        return new AuditRecord(
                number, Digests.sha256Hex(new byte[] {0}, json), JsonValue.parse(json, JsonLimits.RECORD));
    }

    @Test
    void aCallIsAnApiActivityWithWhatOcsfDemandsOfOne() {
        JsonValue event = ocsf(denied);

        assertThat(event.member("class_uid").orElseThrow().integer()).contains(6003L);
        assertThat(event.member("category_uid").orElseThrow().integer()).contains(6L);
        assertThat(event.member("type_uid").orElseThrow().integer()).contains(600_399L);
        assertThat(event.members())
                .containsKeys("activity_id", "actor", "api", "src_endpoint", "metadata", "severity_id", "time");
        assertThat(at(event, "metadata", "version")).isEqualTo("1.9.0");
        assertThat(at(event, "api", "operation")).isEqualTo("read");
        assertThat(at(event, "api", "request", "uid")).isEqualTo("c");
        assertThat(at(event, "trace", "uid")).isEqualTo("0123456789abcdef0123456789abcdef");
        assertThat(event.member("disposition_id").orElseThrow().integer()).contains(2L);
        assertThat(event.member("raw_data").orElseThrow().text())
                .isEqualTo(denied.json().raw());
        assertThat(ocsf(recovery).member("class_uid").orElseThrow().integer()).contains(0L);
    }

    /** As the profile says: over the canonical form of the event without the fingerprint itself. */
    @Test
    void eachEventCarriesItsOwnFingerprintAndThatOfTheOneBefore() {
        RecordView view = RecordView.named("ocsf", ORIGIN, "1").orElseThrow();
        String before = "";
        for (AuditRecord record : List.of(denied, completed, recovery)) {
            String line = view.line(record);
            JsonValue attestation = parse(line)
                    .member("attestation_list")
                    .orElseThrow()
                    .elements()
                    .get(0);
            String fingerprint = at(attestation, "fingerprint", "value");
            String stripped = line.replace(
                    ",\"fingerprint\":{\"algorithm\":\"SHA-256\",\"algorithm_id\":3,\"value\":\"" + fingerprint + "\"}",
                    "");
            assertThat(stripped).isNotEqualTo(line);
            assertThat(Digests.sha256Hex(stripped.getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(fingerprint);
            if (!before.isEmpty()) {
                assertThat(at(attestation, "prev_event", "fingerprint", "value"))
                        .isEqualTo(before);
            }
            before = fingerprint;
        }
    }

    @Test
    void aRecordIsALogRecordOfOpenTelemetry() {
        JsonValue request =
                parse(RecordView.named("otel", ORIGIN, "1").orElseThrow().line(denied));
        JsonValue log = request.member("resourceLogs")
                .orElseThrow()
                .elements()
                .get(0)
                .member("scopeLogs")
                .orElseThrow()
                .elements()
                .get(0)
                .member("logRecords")
                .orElseThrow()
                .elements()
                .get(0);

        assertThat(at(log, "timeUnixNano")).isEqualTo("1790000000000000000");
        assertThat(at(log, "traceId")).isEqualTo("0123456789abcdef0123456789abcdef");
        assertThat(at(log, "spanId")).isEqualTo("0123456789abcdef");
        assertThat(at(log, "severityText")).isEqualTo("WARN");
        assertThat(at(log, "body", "stringValue")).isEqualTo("decision files/read deny ILR-POLICY-101");
        assertThat(log.member("attributes").orElseThrow().elements())
                .anyMatch(attribute -> attribute.raw().contains("\"ilura.seq\"")
                        && attribute.raw().contains("\"intValue\":\"1\""));
    }

    @Test
    void aLineHoldsTheRecordAsItIs() {
        JsonValue line =
                parse(RecordView.named("jsonl", ORIGIN, "1").orElseThrow().line(completed));

        assertThat(line.member("record").orElseThrow().raw())
                .isEqualTo(completed.json().raw());
        assertThat(at(line, "hash")).isEqualTo(completed.hash());
        assertThat(RecordView.named("csv", ORIGIN, "1")).isEmpty();
    }

    private static JsonValue ocsf(AuditRecord record) {
        return parse(RecordView.named("ocsf", ORIGIN, "1").orElseThrow().line(record));
    }

    private static JsonValue parse(String line) {
        return JsonValue.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.FRAME);
    }

    private static String at(JsonValue value, String... path) {
        JsonValue found = value;
        for (String member : path) {
            found = found.member(member).orElseThrow(() -> new AssertionError(member + " is missing"));
        }
        return found.text();
    }
}

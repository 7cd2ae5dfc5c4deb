package dev.ilura.audit.export;

import dev.ilura.AuditRecord;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Records as events of OCSF 1.9: those about a call as API Activity (class 6003), others as base events. Profiles: record
 * integrity (each event carries the SHA-256 of its canonical form and that of the event before), security control, trace, AI
 * operation. The record itself is {@code raw_data}.
 */
final class OcsfEvents implements RecordView {
    private static final String VERSION = "1.9.0";
    private static final int API_ACTIVITY = 6003;
    private static final int OTHER = 99;
    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}");

    private final String origin;
    private final String product;
    private @Nullable Map<String, Object> previous;

    OcsfEvents(String origin, String version) {
        this.origin = origin;
        this.product = version;
    }

    @Override
    public String line(AuditRecord record) {
        boolean call = record.text("tool").isPresent() && record.text("call").isPresent();
        int uid = call ? API_ACTIVITY : 0;
        Map<String, Object> event = new TreeMap<>();
        event.put("activity_id", OTHER);
        event.put("activity_name", record.type());
        event.put("category_uid", call ? API_ACTIVITY / 1_000 : 0);
        event.put("class_uid", uid);
        event.put("type_uid", uid * 100L + OTHER);
        event.put("time", record.time().toEpochMilli());
        event.put("message", Summary.of(record));
        event.put("metadata", metadata(record));
        event.put("raw_data", record.json().raw());
        event.put("raw_data_hash", sha256(Digests.sha256Hex(record.json().bytes())));
        event.put("raw_data_size", record.json().bytes().length);
        verdict(event, record);
        if (call) {
            call(event, record);
        }
        record.integer("durUs").ifPresent(micros -> event.put("duration", Math.round(micros / 1_000.0)));
        return attested(event, record);
    }

    private Map<String, Object> metadata(AuditRecord record) {
        Map<String, Object> metadata = new TreeMap<>();
        metadata.put("version", VERSION);
        metadata.put("product", Map.of("name", "Ilura", "vendor_name", "Ilura", "version", product));
        metadata.put("profiles", List.of("ai_operation", "record_integrity", "security_control", "trace"));
        metadata.put("log_name", origin);
        metadata.put("log_version", "1");
        metadata.put("sequence", record.number());
        metadata.put("uid", origin + "/" + record.number());
        metadata.put("original_event_uid", record.hash());
        record.text("session").ifPresent(session -> metadata.put("correlation_uid", session));
        return metadata;
    }

    private static void verdict(Map<String, Object> event, AuditRecord record) {
        Summary.Verdict verdict = Summary.verdict(record);
        boolean good = verdict == Summary.Verdict.ALLOWED;
        boolean denied = verdict == Summary.Verdict.DENIED;
        event.put("severity_id", good ? 1 : denied ? 2 : 3);
        event.put("status_id", good ? 1 : 2);
        record.text("code").ifPresent(code -> event.put("status_code", code));
        record.text("why").ifPresent(why -> event.put("status_detail", why));
        if (record.text("decision").isPresent() || record.text("answer").isPresent()) {
            event.put("action_id", denied ? 2 : 1);
            event.put("disposition_id", denied ? 2 : 1);
            record.text("rule").ifPresent(rule -> event.put("policy", policy(record, rule)));
        }
    }

    private static Map<String, Object> policy(AuditRecord record, String rule) {
        Map<String, Object> policy = new TreeMap<>();
        policy.put("name", rule);
        record.text("policy").ifPresent(version -> policy.put("version", version));
        return policy;
    }

    private static void call(Map<String, Object> event, AuditRecord record) {
        String server = record.text("server").orElse("unknown");
        event.put(
                "api",
                Map.of(
                        "operation", record.text("tool").orElse(""),
                        "request", Map.of("uid", record.text("call").orElse("")),
                        "service", Map.of("name", server)));
        Map<String, Object> actor = new TreeMap<>();
        actor.put("app_name", record.text("principal").orElse("unknown"));
        record.text("session").ifPresent(session -> actor.put("session", Map.of("uid", session)));
        event.put("actor", actor);
        Map<String, Object> agent = new TreeMap<>();
        agent.put("name", record.text("principal").orElse("unknown"));
        agent.put("type_id", 0);
        record.text("session").ifPresent(session -> agent.put("instance_uid", session));
        event.put("ai_agent", agent);
        event.put("src_endpoint", Map.of("name", record.text("principal").orElse("unknown")));
        event.put("dst_endpoint", Map.of("svc_name", server));
        trace(record).ifPresent(ids -> event.put("trace", Map.of("uid", ids.group(1))));
        record.text("parent").ifPresent(parent -> event.put("unmapped", Map.of("parent_call", parent)));
    }

    private static Optional<Matcher> trace(AuditRecord record) {
        return record.text("traceparent").map(TRACEPARENT::matcher).filter(Matcher::matches);
    }

    /**
     * The attestation is over the canonical form of the event without the attestation's own fingerprint, as the profile asks;
     * the next event names it.
     */
    private String attested(Map<String, Object> event, AuditRecord record) {
        Map<String, Object> attestation = new TreeMap<>();
        attestation.put("uid", Long.toString(record.number()));
        attestation.put("chain_uid", origin);
        attestation.put("authority_uid", origin);
        Map<String, Object> before = previous;
        if (before != null) {
            attestation.put("prev_event", before);
        }
        event.put("attestation_list", List.of(attestation));
        Map<String, Object> fingerprint = sha256(Digests.sha256Hex(CanonicalJson.of(event)));
        attestation.put("fingerprint", fingerprint);
        previous = Map.of("fingerprint", fingerprint, "uid", origin + "/" + record.number());
        return new String(CanonicalJson.of(event), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> sha256(String hex) {
        return Map.of("algorithm", "SHA-256", "algorithm_id", 3, "value", hex);
    }
}

package dev.ilura.audit.export;

import dev.ilura.AuditRecord;

/** Records as the log holds them, each with its number and hash. */
final class JsonLines implements RecordView {
    @Override
    public String line(AuditRecord record) {
        return "{\"number\":" + record.number() + ",\"hash\":\"" + record.hash() + "\",\"record\":"
                + record.json().raw() + "}";
    }
}

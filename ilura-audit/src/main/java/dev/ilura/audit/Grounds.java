package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records that are not about a call and yet explain it: the definition of its tool as it was pinned, and the recovery that
 * says why nobody knows how the call ended.
 */
final class Grounds {
    private final Set<String> tools = new HashSet<>();
    private final Set<Long> unknownOutcomes = new HashSet<>();
    private final long last;

    Grounds(List<AuditRecord> records) {
        long newest = -1;
        for (AuditRecord record : records) {
            record.text("toolDigest").ifPresent(tools::add);
            if (record.text("outcome").filter("unknown"::equals).isPresent()) {
                unknownOutcomes.add(record.number());
            }
            newest = Math.max(newest, record.number());
        }
        this.last = newest;
    }

    /** Looks at the log up to the newest record of the call, once. */
    Collection<AuditRecord> find(LogFolder folder) throws IOException {
        Collector collector = new Collector();
        new LogScan(folder).advanceTo(last + 1, collector);
        return collector.found.values();
    }

    private final class Collector implements LogScan.Visitor {
        private final Map<String, AuditRecord> found = new HashMap<>();
        private @Nullable AuditRecord recovery;

        @Override
        public void record(LogScan.RecordAt at) {
            if (at.view().is("type", "recovery")) {
                recovery = LogReader.parsed(at.number(), at.view().bytes());
            } else if (at.view().is("type", "inventory")) {
                String digest = at.view().text("toolDigest");
                if (digest != null && tools.contains(digest)) {
                    found.put(digest, LogReader.parsed(at.number(), at.view().bytes()));
                }
            }
            AuditRecord newest = recovery;
            if (newest != null && unknownOutcomes.contains(at.number())) {
                found.put("recovery " + newest.number(), newest);
            }
        }

        @Override
        public void batch(Trailer trailer) {
            // what is proven is decided later
        }
    }
}

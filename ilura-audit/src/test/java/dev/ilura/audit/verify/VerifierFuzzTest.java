package dev.ilura.audit.verify;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ilura.audit.format.NoteText;
import java.nio.charset.StandardCharsets;

/** Whatever the bytes: a report or the one exception that refuses, and nothing sound. {@code JAZZER_FUZZ=1} searches. */
class VerifierFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void evidenceIsReportedOn(byte[] bytes) {
        EvidenceReport report =
                EvidenceVerifier.trustingTheBundlesKeys().verify(new String(bytes, StandardCharsets.UTF_8));
        if (report.isSound() && report.records().isEmpty()) {
            throw new AssertionError("nothing is sound");
        }
        report.text();
    }

    @FuzzTest(maxDuration = "2m")
    void smallJsonIsReadOrRefused(byte[] bytes) {
        try {
            JsonText.object(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            // the one way to refuse
        }
    }

    @FuzzTest(maxDuration = "2m")
    void notesAreCutOrRefused(byte[] bytes) {
        try {
            NoteText note = NoteText.parse(new String(bytes, StandardCharsets.UTF_8));
            note.checkpoint();
            note.withoutOthers();
        } catch (IllegalArgumentException refused) {
            // the one way to refuse
        }
    }
}

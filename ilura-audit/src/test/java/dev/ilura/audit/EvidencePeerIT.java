package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static dev.ilura.audit.Events.decision;
import static dev.ilura.audit.Events.dispatch;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.audit.verify.EvidenceReport;
import dev.ilura.audit.verify.EvidenceVerifier;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.ProofVerifier;
import dev.ilura.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java and the JavaScript verifier say the same of evidence, without the log. Every 11th character of the bundles is
 * changed by default; {@code -Dilura.evidence.step=1} changes each.
 */
class EvidencePeerIT {
    private static final int STEP = Integer.getInteger("ilura.evidence.step", 11);

    @TempDir
    Path temp;

    @Test
    void aDeniedAnApprovedAndACrashedCallAreProvenByBothVerifiersWithoutTheLog() throws Exception {
        Map<String, String> bundles = bundles();
        RecoveryTest.delete(temp.resolve("state"));

        List<String> said = javaScript(new ArrayList<>(bundles.values()));
        int i = 0;
        for (Map.Entry<String, String> bundle : bundles.entrySet()) {
            EvidenceReport ours = EvidenceVerifier.trustingTheBundlesKeys().verify(bundle.getValue());
            assertThat(ours.findings()).as(bundle.getKey()).isEmpty();
            assertThat(said.get(i++)).isEqualTo(ours.text());
            assertThat(ours.statements()).as(bundle.getKey()).anyMatch(line -> line.contains(bundle.getKey()));
        }
    }

    /** WebCrypto in place of Node's: the same file, the same report. */
    @Test
    void theSameFileVerifiesInABrowser() throws Exception {
        List<String> jobs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (String bundle : bundles().values()) {
            String changed = bundle.replaceFirst("\"outcome\":\"completed\"", "\"outcome\":\"completes\"");
            for (String text : List.of(bundle, changed, bundle.replace("\u2014 ilura", "\u2014 iluro"))) {
                jobs.add(job(text, ".evidence", List.of(), List.of()));
                ours.add(EvidenceVerifier.trustingTheBundlesKeys().verify(text).text());
            }
        }
        List<String> said =
                Peer.node(
                                temp,
                                jobs,
                                "verify-browser.mjs",
                                "/usr/bin/chromium",
                                Peer.verifier().toString())
                        .stream()
                        .map(line -> new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8))
                        .toList();
        for (int i = 0; i < ours.size(); i++) {
            if (ours.get(i).startsWith("sound")) {
                assertThat(said.get(i)).isEqualTo(ours.get(i));
            } else {
                assertThat(said.get(i)).startsWith("NOT SOUND");
            }
        }
        assertThat(ours).anyMatch(text -> text.startsWith("NOT SOUND"));
    }

    /** Logs whose keys changed and whose first records were removed, and what is proven from them. */
    @Test
    void rotatedAndPrunedLogsAreReadAlike() throws Exception {
        Path state = temp.resolve("rotated");
        try (AuditLog log = AuditLog.at(state).segmentBytes(1 << 17).open()) {
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 200; i++) {
                    write(log, decision("call " + round + "-" + i, "s".repeat(400)));
                }
                log.rotateKeys("round " + round).toCompletableFuture().join();
            }
            write(log, decision("last", "s"));
        }
        List<Path> states = new ArrayList<>(List.of(state));
        Path pruned = temp.resolve("pruned");
        RecoveryTest.copy(state, pruned);
        try (AuditLog log = AuditLog.at(pruned).segmentBytes(1 << 17).open()) {
            Instant cut = log.trail().orElseThrow().record(500).orElseThrow().time();
            assertThat(log.removeBefore(cut, "too old").toCompletableFuture().join())
                    .isPositive();
        }
        states.add(pruned);
        Path wrong = temp.resolve("wrong");
        RecoveryTest.copy(pruned, wrong);
        Path rest = wrong.resolve("log/pruned");
        Files.writeString(rest, Files.readString(rest).replaceFirst("round 0", "round 9"));
        states.add(wrong);

        List<String> jobs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (Path each : states) {
            jobs.add(new String(
                    JsonWriter.write(Map.of("path", each.toString(), "keys", List.of(), "witnesses", List.of())),
                    StandardCharsets.UTF_8));
            ours.add(LogVerifier.of(each).verify().text());
        }
        for (Path each : states.subList(0, 2)) {
            String bundle = AuditReader.open(each).prove("last");
            jobs.add(job(bundle, ".evidence", List.of(), List.of()));
            ours.add(EvidenceVerifier.trustingTheBundlesKeys().verify(bundle).text());
            String unsigned = bundle.replaceFirst("(rotation [0-9]+\n[^\u2014]*)\u2014[^\n]*\n", "$1");
            jobs.add(job(unsigned, ".evidence", List.of(), List.of()));
            ours.add(EvidenceVerifier.trustingTheBundlesKeys().verify(unsigned).text());
        }
        List<String> said = Peer.node(
                        temp, jobs, "verify-jobs.mjs", Peer.verifier().toString())
                .stream()
                .map(line -> new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8))
                .toList();

        assertThat(ours.stream().map(text -> text.startsWith("sound")))
                .containsExactly(true, true, false, true, false, true, false);
        for (int i = 0; i < ours.size(); i++) {
            if (ours.get(i).startsWith("sound")) {
                assertThat(said.get(i)).isEqualTo(ours.get(i));
            } else {
                assertThat(said.get(i)).as(ours.get(i)).startsWith("NOT SOUND");
            }
        }
    }

    /** An approval that nobody gave, in a bundle and in a whole log with the log's own records around it. */
    @Test
    void aQuestionThatExpiredIsToldAlike() throws Exception {
        Path state = temp.resolve("asked");
        try (AuditLog log = AuditLog.in(state)) {
            write(log, AuditEvent.of(AuditEvent.Type.GATEWAY_OPEN).build());
            write(log, RecoveryTest.question("asked"));
            write(log, RecoveryTest.question("timed out"));
            write(log, expiry("timed out"));
            write(
                    log,
                    AuditEvent.of(AuditEvent.Type.NOTE)
                            .fact("why", "nothing that a call depends on")
                            .build());
        }
        AuditLog.in(state).close();
        AuditReader reader = AuditReader.open(state);
        List<String> bundles = List.of(reader.prove("asked"), reader.prove("timed out"));

        List<String> said = javaScript(bundles);
        for (int i = 0; i < bundles.size(); i++) {
            EvidenceReport ours = EvidenceVerifier.trustingTheBundlesKeys().verify(bundles.get(i));
            assertThat(ours.isSound()).as(ours.text()).isTrue();
            assertThat(ours.statements())
                    .anyMatch(line -> line.contains(": not approved, the question expired: ILR-ASK-010"));
            assertThat(said.get(i)).isEqualTo(ours.text());
        }
        assertThat(javaScriptOfLog(state))
                .isEqualTo(LogVerifier.of(state).verify().text());
    }

    /** The attack: a call is sent on a yes that had come to nothing. */
    @Test
    void aCallSentAfterItsQuestionExpiredIsRefusedByBoth() throws Exception {
        Path state = temp.resolve("late");
        try (AuditLog log = AuditLog.in(state)) {
            PasskeyCall paid = new PasskeyCall("paid");
            write(log, paid.asked());
            write(log, paid.approved());
            write(log, expiry("paid"));
            write(log, paid.dispatched());
        }
        String bundle = AuditReader.open(state).prove("paid");

        EvidenceReport ours = EvidenceVerifier.trustingTheBundlesKeys().verify(bundle);

        assertThat(ours.findings()).anyMatch(what -> what.contains("on an approval that is not proven"));
        assertThat(javaScript(List.of(bundle)).get(0))
                .startsWith("NOT SOUND")
                .contains("on an approval that is not proven");
    }

    private static AuditEvent expiry(String call) {
        return Events.event(AuditEvent.Type.APPROVAL, call, "s", null)
                .fact("answer", "expired")
                .fact("code", "ILR-ASK-010")
                .fact("approvalId", "a-" + call)
                .fact("ticket", "t-" + call)
                .build();
    }

    /** Nothing that was not checked looks as if it had been: both name the tool that checks a time stamp. */
    @Test
    void aTimeStampIsCalledPresentAndNotCheckedByBoth() throws Exception {
        Path state = temp.resolve("stamped");
        try (LoopbackAuthority authority = new LoopbackAuthority();
                AuditLog log = AuditLog.at(state)
                        .anchor(authority.anchor(authority.certificate))
                        .open()) {
            call(log, "c", "s");
        }
        assertThat(state.resolve("log/anchors"))
                .isDirectoryContaining(file -> file.toString().endsWith(".tsr"));

        String said = javaScriptOfLog(state);

        assertThat(said)
                .startsWith("sound")
                .containsPattern(
                        "anchors/(0*([0-9]+))\\.tsr is a time stamp over \\2 records that is present and not checked"
                                + " here, and counts for nothing; check it with: openssl ts -verify -data anchors/\\1\\.note"
                                + " -in anchors/\\1\\.tsr -CAfile AUTHORITY\\.pem")
                .contains("since size 0")
                .isEqualTo(LogVerifier.of(state).verify().text());
    }

    private String javaScriptOfLog(Path state) throws Exception {
        String job = new String(
                JsonWriter.write(Map.of("path", state.toString(), "keys", List.of(), "witnesses", List.of())),
                StandardCharsets.UTF_8);
        String said = Peer.node(
                        temp, List.of(job), "verify-jobs.mjs", Peer.verifier().toString())
                .get(0);
        return new String(Base64.getDecoder().decode(said), StandardCharsets.UTF_8);
    }

    @Test
    void everyChangedByteIsFoundByBoth() throws Exception {
        List<String> changed = new ArrayList<>();
        for (String bundle : bundles().values()) {
            for (int at = 0; at < bundle.length(); at += STEP) {
                changed.add(bundle.substring(0, at) + (char) (bundle.charAt(at) ^ 1) + bundle.substring(at + 1));
            }
        }
        List<String> said = javaScript(changed);
        for (int i = 0; i < changed.size(); i++) {
            EvidenceReport ours = EvidenceVerifier.trustingTheBundlesKeys().verify(changed.get(i));
            assertThat(ours.isSound()).as(changed.get(i)).isFalse();
            assertThat(said.get(i)).as(changed.get(i)).startsWith("NOT SOUND");
        }
        System.out.println("evidence: " + changed.size() + " changed bundles refused by both verifiers");
    }

    @Test
    void whatNoPasskeySignedIsFoundByBoth() throws Exception {
        List<Consumer<PasskeyCall>> bends = List.of(
                call -> call.type = "webauthn.create",
                call -> call.challenge[40] ^= 1,
                call -> call.more = "\"crossOrigin\":true",
                call -> call.more = "\"topOrigin\":\"http://evil\"",
                call -> call.origin = "http://evil.example:7717",
                call -> call.party = "evil.example",
                call -> call.flags = 0x01,
                call -> call.flags = 0x04,
                call -> call.flags = 0x45,
                call -> call.signOther = true,
                call -> call.statement = call.statement.replace("policy-1", "policy-2"),
                call -> call.more = "\"type\":\"webauthn.get\"",
                call -> call.evidence = false,
                call -> {});
        List<String> bundles = new ArrayList<>();
        for (Consumer<PasskeyCall> bend : bends) {
            PasskeyCall call = new PasskeyCall("paid");
            bend.accept(call);
            Path state = temp.resolve("bent-" + bundles.size());
            try (AuditLog log = AuditLog.in(state)) {
                call.events().forEach(event -> write(log, event));
            }
            bundles.add(AuditReader.open(state).prove("paid"));
        }
        List<String> said = javaScript(bundles);
        for (int i = 0; i < bundles.size(); i++) {
            EvidenceReport ours = EvidenceVerifier.trustingTheBundlesKeys().verify(bundles.get(i));
            assertThat(ours.isSound()).isEqualTo(i == bundles.size() - 1);
            assertThat(said.get(i)).as(ours.text()).startsWith(ours.isSound() ? "sound" : "NOT SOUND");
        }
    }

    @Test
    void theProofOfOneRecordWithItsCosignatureIsTakenByBoth() throws Exception {
        try (LoopbackWitness witness = new LoopbackWitness()) {
            Path state = temp.resolve("witnessed");
            AuditLog.in(state).close();
            List<String> keys = Files.readAllLines(state.resolve("log/keys"));
            witness.trust(dev.ilura.audit.format.LogKey.parse(keys.get(1)));
            try (AuditLog log = AuditLog.at(state).anchor(witness.anchor()).open()) {
                call(log, "c", "s");
            }
            String proof = AuditReader.open(state).proof(2);
            List<String> changed = new ArrayList<>(List.of(proof));
            for (int at = 0; at < proof.length(); at++) {
                changed.add(proof.substring(0, at) + (char) (proof.charAt(at) ^ 1) + proof.substring(at + 1));
            }
            ProofVerifier verifier = new ProofVerifier(keys, List.of(witness.key.line()));
            List<String> said = run(changed, ".tlog-proof", keys, List.of(witness.key.line()));
            for (int i = 0; i < changed.size(); i++) {
                EvidenceReport ours = verifier.verify(changed.get(i));
                assertThat(ours.isSound()).as("change " + i).isEqualTo(i == 0);
                assertThat(said.get(i)).as("change " + i).startsWith(i == 0 ? "sound" : "NOT SOUND");
            }
            assertThat(said.get(0)).isEqualTo(verifier.verify(proof).text());
        }
    }

    /** By what each must say. */
    private Map<String, String> bundles() {
        Path state = temp.resolve("state");
        try (AuditLog log = AuditLog.in(state)) {
            write(log, decision("denied", "s"));
            new PasskeyCall("paid").events().forEach(event -> write(log, event));
            call(log, "before", "s");
            write(log, dispatch("crashed", "s", "before"));
        }
        AuditLog.in(state).close();
        AuditReader reader = AuditReader.open(state);
        Map<String, String> bundles = new LinkedHashMap<>();
        bundles.put("call denied: denied", reader.prove("denied"));
        bundles.put("signed by the passkey", reader.prove("paid"));
        bundles.put("call crashed: outcome unknown", reader.prove("crashed"));
        return bundles;
    }

    private List<String> javaScript(List<String> bundles) throws Exception {
        return run(bundles, ".evidence", List.of(), List.of());
    }

    private List<String> run(List<String> texts, String suffix, List<String> keys, List<String> witnesses)
            throws Exception {
        List<String> jobs = new ArrayList<>();
        for (String text : texts) {
            jobs.add(job(text, suffix, keys, witnesses));
        }
        return Peer.node(temp, jobs, "verify-jobs.mjs", Peer.verifier().toString()).stream()
                .map(line -> new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8))
                .toList();
    }

    private String job(String text, String suffix, List<String> keys, List<String> witnesses) throws IOException {
        Path file = Files.createTempFile(temp, "proof", suffix);
        Files.writeString(file, text);
        return new String(
                JsonWriter.write(Map.of("path", file.toString(), "keys", keys, "witnesses", witnesses)),
                StandardCharsets.UTF_8);
    }
}

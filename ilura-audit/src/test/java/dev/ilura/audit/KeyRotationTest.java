package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static dev.ilura.audit.Events.decision;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.verify.EvidenceVerifier;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import dev.ilura.spi.AuditTrail;
import dev.ilura.testkit.FakeTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRotationTest {
    @TempDir
    Path temp;

    @Test
    void aRotationIsARecordThatOldAndNewKeysSign() throws IOException {
        Path dir = temp.resolve("state");
        List<String> before;
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c1", "s");
            before = Files.readAllLines(dir.resolve("log/keys"));
            log.rotateKeys("key may have leaked, Ada").toCompletableFuture().join();
            call(log, "c2", "s");
        }
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c3", "s");
            AuditRecord rotated = log.trail().orElseThrow().record(3).orElseThrow();
            assertThat(rotated.type()).isEqualTo("key_rotated");
            assertThat(rotated.text("why")).hasValue("key may have leaked, Ada");
        }

        VerificationReport report = verify(dir);
        assertThat(report.findings()).isEmpty();
        assertThat(report.signatures()).isEqualTo(report.batches() + 3);
        assertThat(report.keys()).hasSize(4).startsWith(before.get(0), before.get(1));
        assertThat(LogVerifier.of(dir).pinned(before.get(0)).verify().isSound()).isTrue();
        assertThat(LogVerifier.of(dir).pinned(report.keys().get(3)).verify().isSound())
                .isTrue();
    }

    @Test
    void epochsChangeTheEcdsaKeyAloneAndThePrivateHalfIsGone() throws Exception {
        Path dir = temp.resolve("state");
        byte[] first;
        try (AuditLog log = AuditLog.at(dir).epochs(Duration.ofHours(24), 10).open()) {
            first = Files.readAllBytes(dir.resolve("keys/audit.p12"));
            for (int i = 0; i < 20; i++) {
                call(log, "c" + i, "s");
            }
        }
        VerificationReport report = verify(dir);
        assertThat(report.findings()).isEmpty();
        assertThat(report.keys().size()).isBetween(5, 6);
        assertThat(report.keys().stream().filter(line -> LogKey.parse(line).algorithm() == LogKey.Algorithm.ED25519))
                .hasSize(1);
        KeyStore now = store(Files.readAllBytes(dir.resolve("keys/audit.p12")), dir);
        KeyStore then = store(first, dir);
        assertThat(java.util.Collections.list(now.aliases())).containsExactlyInAnyOrder("ecdsa", "ed25519");
        assertThat(now.getCertificate("ecdsa").getPublicKey())
                .isNotEqualTo(then.getCertificate("ecdsa").getPublicKey());
        assertThat(now.getCertificate("ed25519").getPublicKey())
                .isEqualTo(then.getCertificate("ed25519").getPublicKey());
    }

    private static KeyStore store(byte[] file, Path dir) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] passphrase =
                Files.readString(dir.resolve("keys/audit.passphrase")).toCharArray();
        store.load(new java.io.ByteArrayInputStream(file), passphrase);
        return store;
    }

    @Test
    void anEpochEndsByTimeToo() throws IOException {
        Path dir = temp.resolve("state");
        FakeTime time = new FakeTime();
        try (AuditLog log = AuditLog.at(dir)
                .time(time)
                .epochs(Duration.ofHours(1), 1_000_000)
                .open()) {
            write(log, decision("a", "s"));
            time.advance(Duration.ofMinutes(61));
            write(log, decision("b", "s"));
            write(log, decision("c", "s"));
        }
        try (AuditLog log = AuditLog.at(dir)
                .time(time)
                .epochs(Duration.ofHours(1), 1_000_000)
                .open()) {
            write(log, decision("d", "s"));
        }
        assertThat(verify(dir).findings()).isEmpty();
        assertThat(verify(dir).keys()).hasSize(3);
    }

    /** The attack: whoever has today's key rewrites what yesterday's key signed. */
    @Test
    void aStolenEpochKeyCannotSignEarlierEpochs() throws IOException {
        Path dir = temp.resolve("state");
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "bribe", "s");
            log.rotateKeys("epoch").toCompletableFuture().join();
            call(log, "later", "s");
        }
        KeyFolder.Signers stolen =
                new KeyFolder(dir.resolve("keys"), Optional.empty()).load().get(0);
        LogKey ecdsa = LogKey.of(origin(dir), stolen.ecdsa().publicKey());
        LogKey ed25519 = LogKey.of(origin(dir), stolen.ed25519().publicKey());
        Map<Integer, AuditSigner> keys = new HashMap<>();
        keys.put(ecdsa.id(), stolen.ecdsa());
        keys.put(ed25519.id(), stolen.ed25519());

        Path inEpoch = copy(dir, "in-epoch");
        new Forger(keys, stolen.ecdsa())
                .rewrite(
                        inEpoch.resolve("log"),
                        text -> text.replace("later", "other"),
                        stolen.ecdsa(),
                        stolen.ed25519());
        Path before = copy(dir, "before");
        new Forger(keys, stolen.ecdsa())
                .rewrite(
                        before.resolve("log"),
                        text -> text.replace("bribe", "lunch"),
                        stolen.ecdsa(),
                        stolen.ed25519());

        assertThat(verify(inEpoch).findings())
                .as("what was not anchored since the key was stolen is the thief's")
                .isEmpty();
        assertThat(verify(before).findings())
                .anyMatch(finding -> finding.toString().equals("record 1: the signature of its batch is not valid"));
        assertThat(LogVerifier.of(before).lastSignatureOnly().verify().findings())
                .as("the rotation's signatures are always checked")
                .isNotEmpty();
    }

    private Path copy(Path dir, String name) throws IOException {
        Path copy = temp.resolve(name);
        RecoveryTest.copy(dir, copy);
        return copy;
    }

    private static String origin(Path dir) throws IOException {
        return Files.readAllLines(dir.resolve("log/checkpoint")).get(0);
    }

    /** A rotation signed by the new keys alone would let anybody take a log over. */
    @Test
    void aRotationThatTheOldKeysDidNotSignIsRefused() throws IOException {
        Path dir = temp.resolve("state");
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c", "s");
            log.rotateKeys("honest").toCompletableFuture().join();
        }
        byte[] sound = Files.readAllBytes(dir.resolve("log/00000000000000000000.seg"));
        List<int[]> frames = TamperTest.frames(sound);
        int[] last = frames.get(frames.size() - 1);
        for (int signature = 0; signature < 4; signature++) {
            byte[] changed = sound.clone();
            changed[last[0] + 8 + 42 + 4 + signature * 68 + 7] ^= 1;
            dev.ilura.audit.format.Frame.putHeader(changed, last[0], last[1]);
            Events.overwrite(dir.resolve("log/00000000000000000000.seg"), changed);
            assertThat(verify(dir).isSound()).as("signature " + signature).isFalse();
        }
    }

    @Test
    void evidenceAcrossRotationsLeadsFromTheFirstKeyToTheLast() throws IOException {
        Path dir = temp.resolve("state");
        String first;
        try (AuditLog log = AuditLog.in(dir)) {
            first = Files.readAllLines(dir.resolve("log/keys")).get(0);
            call(log, "before", "s");
            log.rotateKeys("one").toCompletableFuture().join();
            call(log, "between", "s");
            log.rotateKeys("two").toCompletableFuture().join();
            call(log, "after", "s");
        }
        String bundle = AuditReader.open(dir).prove("after");

        assertThat(EvidenceVerifier.pinned(first).verify(bundle).findings()).isEmpty();
        byte[] bytes = bundle.getBytes(StandardCharsets.UTF_8);
        for (int bit = 0; bit < bytes.length * 8; bit += 1_009) {
            String changed = new String(TamperTest.flip(bytes, bit), StandardCharsets.UTF_8);
            assertThat(EvidenceVerifier.trustingTheBundlesKeys().verify(changed).isSound())
                    .as("bit " + bit)
                    .isFalse();
        }
        String without = bundle.replaceFirst("(?s)\nrotation .*?\n\n", "\n");
        assertThat(EvidenceVerifier.trustingTheBundlesKeys().verify(without).isSound())
                .isFalse();
    }

    /** A crash can fall between making the next keys, naming them in the log and destroying the old ones. */
    @Test
    void aCrashAtAnyStepOfARotationLeavesALogThatGoesOn() throws IOException {
        Path dir = temp.resolve("state");
        Path file = dir.resolve("keys/audit.p12");
        AuditLog.in(dir).close();
        new KeyFolder(dir.resolve("keys"), Optional.empty()).prepare(Instant.EPOCH, true);
        byte[] prepared = Files.readAllBytes(file);
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "the next keys were never named", "s");
        }
        assertThat(new KeyFolder(dir.resolve("keys"), Optional.empty()).load()).hasSize(1);

        Events.overwrite(file, prepared);
        KeyFolder keys = new KeyFolder(dir.resolve("keys"), Optional.empty());
        KeyFolder.Signers next = keys.load().get(1);
        Path aside = Files.copy(file, temp.resolve("aside"), StandardCopyOption.COPY_ATTRIBUTES);
        try (AuditLog log = AuditLog.in(dir)) {
            log.rotateKeys(next.ecdsa(), next.ed25519(), "named, not yet promoted")
                    .toCompletableFuture()
                    .join();
        }
        Files.copy(aside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(dir.resolve("log/keys"), String.join("\n", firstTwo(dir)) + "\n");
        assertThat(verify(dir).findings()).isEmpty();
        assertThat(verify(dir).notes()).anyMatch(note -> note.contains("key list"));
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "goes on", "s");
        }
        assertThat(verify(dir).findings()).isEmpty();
        assertThat(verify(dir).notes()).isEmpty();
    }

    private static List<String> firstTwo(Path dir) throws IOException {
        return Files.readAllLines(dir.resolve("log/keys")).subList(0, 2);
    }

    @Test
    void keysFromAnyKeyStoreSign() throws Exception {
        Path other = temp.resolve("other");
        AuditLog.in(other).close();
        KeyStore store = store(Files.readAllBytes(other.resolve("keys/audit.p12")), other);
        KeyPassphrase passphrase = () -> {
            try {
                return Files.readString(other.resolve("keys/audit.passphrase")).toCharArray();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };
        Path dir = temp.resolve("state");
        try (AuditLog log =
                AuditLog.at(dir).keyStore(store, "ecdsa", "ed25519", passphrase).open()) {
            call(log, "c", "s");
            assertThatThrownBy(() -> log.rotateKeys("nobody knows the next")
                            .toCompletableFuture()
                            .join())
                    .hasMessageContaining("ILR-AUDIT-012");
        }
        assertThat(dir.resolve("keys")).doesNotExist();
        assertThat(verify(dir).findings()).isEmpty();
        assertThatThrownBy(() -> AuditLog.at(dir).keyStore(store, "ecdsa", "none", passphrase))
                .hasMessageContaining("ILR-AUDIT-005");
    }

    /** Whatever the JVM opens: the JDK's own kinds and one that another provider brings, each key from a store of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JCEKS", "BCFKS"})
    void keysFromStoresOfEveryKindSign(String type) throws Exception {
        Path other = temp.resolve("other");
        AuditLog.in(other).close();
        KeyStore file = store(Files.readAllBytes(other.resolve("keys/audit.p12")), other);
        char[] own = Files.readString(other.resolve("keys/audit.passphrase")).toCharArray();
        KeyStore[] stores = new KeyStore[2];
        String[] aliases = {"ecdsa", "ed25519"};
        for (int i = 0; i < 2; i++) {
            KeyStore empty = type.equals("BCFKS")
                    ? KeyStore.getInstance(type, new BouncyCastleProvider())
                    : KeyStore.getInstance(type);
            empty.load(null, null);
            empty.setKeyEntry(
                    aliases[i],
                    file.getKey(aliases[i], own),
                    "entry".toCharArray(),
                    file.getCertificateChain(aliases[i]));
            stores[i] = empty;
        }
        Path dir = temp.resolve("state");
        try (AuditLog log = AuditLog.at(dir)
                .signers(
                        AuditSigner.of(stores[0], "ecdsa", "entry"::toCharArray),
                        AuditSigner.of(stores[1], "ed25519", "entry"::toCharArray))
                .open()) {
            call(log, "c", "s");
        }
        assertThat(dir.resolve("keys")).doesNotExist();
        assertThat(verify(dir).findings()).isEmpty();
        if (!type.equals("BCFKS")) { // remembers what it opened
            assertThatThrownBy(() -> AuditSigner.of(stores[0], "ecdsa", "wrong"::toCharArray))
                    .hasMessageContaining("ILR-AUDIT-005");
        }
        assertThatThrownBy(() -> AuditSigner.of(stores[0], "none", "entry"::toCharArray))
                .hasMessageContaining("ILR-AUDIT-005");
    }

    private static VerificationReport verify(Path dir) throws IOException {
        return LogVerifier.of(dir).provider(Signing.preferred()).verify();
    }

    /** So that the trail of a rotated log is one trail. */
    @Test
    void linksReachBackBehindARotation() {
        Path dir = temp.resolve("state");
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c", "s");
            log.rotateKeys("one").toCompletableFuture().join();
            write(log, decision("d", "s"));
            AuditTrail trail = log.trail().orElseThrow();
            assertThat(trail.ofSession("s", 9)).extracting(AuditRecord::number).containsExactly(4L, 2L, 1L);
        }
    }
}

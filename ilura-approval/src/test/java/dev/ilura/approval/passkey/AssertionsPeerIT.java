package dev.ilura.approval.passkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.Tickets;
import dev.ilura.json.JsonValue;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over some 590 assertions, good and of sixteen kinds of bad, three that know nothing of each other say the same: our
 * verifier, {@code @simplewebauthn/server}, and plain {@code openssl} with byte comparisons around it.
 */
class AssertionsPeerIT {
    private static final int GOOD = 300;
    private static final int OF_EACH_KIND = 17;
    private static final String ORIGIN = "http://localhost:7717";

    @TempDir
    private Path dir;

    private final SoftAuthenticator alice = SoftAuthenticator.on(ORIGIN);
    private PasskeyStore store;
    private PasskeyVerifier verifier;
    private Process node;
    private BufferedWriter toNode;
    private BufferedReader fromNode;

    @BeforeEach
    void enrolled() throws Exception {
        store = PasskeyStore.in(dir.resolve("passkeys.json"));
        verifier = new PasskeyVerifier(new RelyingParty(ORIGIN), store, false);
        byte[] challenge = new byte[32];
        store.add(verifier.created(alice.create(Base64Url.encode(challenge)), challenge, "alice", Instant.EPOCH));
        Files.writeString(dir.resolve("key.pem"), alice.pem());
        node = new ProcessBuilder("node", "assertions.mjs")
                .directory(Path.of(System.getProperty("ilura.peers.dir")).toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        toNode = new BufferedWriter(new OutputStreamWriter(node.getOutputStream(), StandardCharsets.UTF_8));
        fromNode = new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
    }

    @AfterEach
    void end() throws Exception {
        toNode.close();
        assertThat(node.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private Map<String, UnaryOperator<SoftAuthenticator.Signing>> kinds() {
        SoftAuthenticator eve = SoftAuthenticator.on(ORIGIN);
        Map<String, UnaryOperator<SoftAuthenticator.Signing>> kinds = new LinkedHashMap<>();
        kinds.put("type", signing -> signing.stating("type", "webauthn.create"));
        kinds.put("challenge", signing -> signing.stating("challenge", Base64Url.encode(new byte[64])));
        kinds.put("origin", signing -> signing.stating("origin", "http://localhost.evil.example:7717"));
        kinds.put("address for origin", signing -> signing.stating("origin", "http://127.0.0.1:7717"));
        kinds.put("port", signing -> signing.stating("origin", "http://localhost:7718"));
        kinds.put("scheme", signing -> signing.stating("origin", "https://localhost:7717"));
        kinds.put("rpId", signing -> signing.rpId("evil.example"));
        kinds.put("user presence", signing -> signing.flags(SoftAuthenticator.USER_VERIFIED));
        kinds.put("user verification", signing -> signing.flags(SoftAuthenticator.USER_PRESENT));
        kinds.put("backup state without eligibility", signing -> signing.flags(0x15));
        kinds.put(
                "crossOrigin",
                signing -> signing.stating("crossOrigin", true).stating("topOrigin", "https://evil.example"));
        kinds.put("signature", signing -> signing.flippedInSignature(20));
        kinds.put("key", signing -> signing.signedBy(eve));
        kinds.put("counter", signing -> signing.count(0));
        kinds.put("changed data", signing -> signing.flippedInData(36));
        kinds.put("data beyond the end", signing -> signing.extra(new byte[1]));
        return kinds;
    }

    @Test
    void threeThatKnowNothingOfEachOtherJudgeAlike() throws Exception {
        Map<String, Integer> judged = new TreeMap<>();
        long[] nanos = new long[GOOD];
        int number = 0;
        for (int round = 0; round < OF_EACH_KIND; round++) {
            // First the good ones: a counter that never moved may stay at zero.
            for (int i = 0; i < GOOD / OF_EACH_KIND + 1 && judged.getOrDefault("good", 0) < GOOD; i++) {
                nanos[judged.getOrDefault("good", 0)] = judge("good", number++, signing -> signing, true);
                judged.merge("good", 1, Integer::sum);
            }
            // The other s of an ECDSA signature is as valid as the first: authenticators make both, all three take
            // both.
            judge("good, mirrored", number++, SoftAuthenticator.Signing::mirrored, true);
            judged.merge("good, mirrored", 1, Integer::sum);
            for (Map.Entry<String, UnaryOperator<SoftAuthenticator.Signing>> kind : kinds().entrySet()) {
                judge(kind.getKey(), number++, kind.getValue(), false);
                judged.merge(kind.getKey(), 1, Integer::sum);
            }
        }
        Arrays.sort(nanos);
        assertThat(number).isGreaterThanOrEqualTo(500);
        assertThat(judged.size() - 2).as("kinds of bad").isGreaterThanOrEqualTo(12);
        assertThat(judged).containsEntry("good", GOOD);
        System.out.printf(
                "%d assertions judged alike by three: %s%nour verification: p50 %.2f ms, p95 %.2f ms%n",
                number, judged, nanos[GOOD / 2] / 1e6, nanos[GOOD * 95 / 100] / 1e6);
    }

    /** What ours refuses beyond the other two, on purpose. */
    @Test
    void oursIsStricterWhereTheStandardLeavesRoom() throws Exception {
        Map<String, UnaryOperator<SoftAuthenticator.Signing>> kinds = new LinkedHashMap<>();
        kinds.put("crossOrigin without topOrigin", signing -> signing.stating("crossOrigin", true));
        kinds.put("a reserved flag", signing -> signing.flags(0x07));
        for (Map.Entry<String, UnaryOperator<SoftAuthenticator.Signing>> kind : kinds.entrySet()) {
            byte[] challenge = challenge(7);
            long counter = store.all().get(0).counter();
            JsonValue message = kind.getValue()
                    .apply(alice.sign(Base64Url.encode(challenge)))
                    .done();
            assertThat(byNode(message, challenge, counter))
                    .as(kind.getKey() + " by @simplewebauthn/server")
                    .isTrue();
            assertThat(byUs(message, challenge)).as(kind.getKey() + " by us").isFalse();
        }
    }

    private long judge(String kind, int number, UnaryOperator<SoftAuthenticator.Signing> wrong, boolean good)
            throws Exception {
        byte[] challenge = challenge(number);
        long counter = store.all().get(0).counter();
        JsonValue message = wrong.apply(alice.sign(Base64Url.encode(challenge))).done();
        String as = kind + " " + number;
        assertThat(byNode(message, challenge, counter))
                .as("@simplewebauthn/server on " + as)
                .isEqualTo(good);
        assertThat(byOpenssl(message, challenge, counter))
                .as("openssl on " + as)
                .isEqualTo(good);
        long began = System.nanoTime();
        boolean ours = byUs(message, challenge);
        long took = System.nanoTime() - began;
        assertThat(ours).as("ours on " + as).isEqualTo(good);
        return took;
    }

    private static byte[] challenge(int number) {
        ApprovalTicket ticket = Tickets.ticket()
                .id(String.format("%032x", number))
                .lane(RiskLane.CRITICAL)
                .arguments(Map.of("amount", number))
                .make();
        return Challenge.of(ticket);
    }

    private boolean byUs(JsonValue message, byte[] challenge) {
        try {
            return verifier.verify(message, challenge).person().equals("alice");
        } catch (PasskeyRefused refused) {
            return false;
        }
    }

    private boolean byNode(JsonValue message, byte[] challenge, long counter) throws IOException {
        toNode.write(JsonValue.of(Map.of(
                        "assertion", message.toJava(),
                        "challenge", Base64Url.encode(challenge),
                        "origin", ORIGIN,
                        "publicKey", alice.cose(),
                        "counter", counter))
                .raw());
        toNode.newLine();
        toNode.flush();
        return JsonValue.parse(fromNode.readLine())
                .member("verified")
                .orElseThrow()
                .flag();
    }

    /** No parser: the client's statement is compared with the one that must stand there, the rest by its bytes. */
    private boolean byOpenssl(JsonValue message, byte[] challenge, long counter) throws Exception {
        byte[] data = Base64Url.decode(
                message.member("authenticatorData").orElseThrow().text());
        byte[] stated =
                Base64Url.decode(message.member("clientDataJSON").orElseThrow().text());
        String expected = "{\"type\":\"webauthn.get\",\"challenge\":\"" + Base64Url.encode(challenge)
                + "\",\"origin\":\"" + ORIGIN + "\",\"crossOrigin\":false}";
        Path statement = Files.write(dir.resolve("stated"), stated);
        Path rpId = Files.writeString(dir.resolve("rp"), "localhost");
        boolean fits = new String(stated, StandardCharsets.UTF_8).equals(expected)
                && data.length == 37
                && HexFormat.of().formatHex(data, 0, 32).equals(sha256(rpId))
                && (data[32] & 0x05) == 0x05
                && ((data[32] & 0x10) == 0 || (data[32] & 0x08) != 0)
                && Long.parseLong(HexFormat.of().formatHex(data, 33, 37), 16) > counter;
        Path signed = dir.resolve("signed");
        Files.write(signed, data);
        Files.write(signed, HexFormat.of().parseHex(sha256(statement)), java.nio.file.StandardOpenOption.APPEND);
        Path signature = Files.write(
                dir.resolve("signature"),
                Base64Url.decode(message.member("signature").orElseThrow().text()));
        boolean verifies = openssl(
                        "dgst",
                        "-sha256",
                        "-verify",
                        dir.resolve("key.pem").toString(),
                        "-signature",
                        signature.toString(),
                        signed.toString())
                .startsWith("Verified OK");
        return fits && verifies;
    }

    private String sha256(Path file) throws Exception {
        return openssl("dgst", "-sha256", "-r", file.toString()).substring(0, 64);
    }

    private static String openssl(String... words) throws Exception {
        java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of("openssl"));
        command.addAll(java.util.List.of(words));
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        openssl.waitFor();
        return said;
    }
}

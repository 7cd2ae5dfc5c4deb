package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.ConsistencyProof;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.NoteText;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other people's verifiers and ours take and refuse the same, over many logs and many damaged ones. */
class IndependentVerifiersPeerIT {
    private static final int LOGS = 210;
    private static final List<Integer> SIZES = List.of(0, 1, 2, 3, 255, 256, 257, 65_535, 65_536, 65_537);

    @TempDir
    static Path temp;

    private static final List<MadeLog> LOG = new ArrayList<>();
    private static final List<Path> FOLDERS = new ArrayList<>();

    private final Random random = new Random(8_808);

    @BeforeAll
    static void make() throws IOException {
        Random random = new Random(20_261_125);
        for (int i = 0; i < LOGS; i++) {
            int size = i < SIZES.size() ? SIZES.get(i) : 1 + random.nextInt(1 << (2 + i % 10));
            FOLDERS.add(temp.resolve("log-" + i));
            LOG.add(new MadeLog(size, random, FOLDERS.get(i)));
        }
    }

    /** What a job is about, and what we say to it. */
    private record Judged(String job, boolean ours) {}

    @Test
    void goTlogAgreesAboutNotesTilesAndProofs() throws Exception {
        List<Judged> jobs = new ArrayList<>();
        for (int i = 0; i < LOGS; i++) {
            MadeLog log = LOG.get(i);
            jobs.add(new Judged(log.job("note", Map.of()), isNote(log.note)));
            jobs.add(damagedNote(log));
            if (log.size() > 0) {
                jobs.addAll(tiles(log, i));
                jobs.addAll(inclusions(log, "record"));
                jobs.addAll(consistencies(log));
            }
        }
        agree("go tlog", jobs, Peer.answers(temp, texts(jobs), Peer.tlog(temp).toString()));
    }

    @Test
    void sigstoreVerifyAgreesAboutRecordsUnderSignedCheckpoints() throws Exception {
        List<Judged> jobs = new ArrayList<>();
        for (MadeLog log : LOG) {
            if (log.size() > 0) {
                jobs.addAll(inclusions(log, "record"));
            }
        }
        agree("@sigstore/verify", jobs, Peer.node(temp, texts(jobs), "tlog-sigstore.mjs"));
    }

    @Test
    void opensslAgreesAboutCheckpointSignatures() throws Exception {
        Path key = temp.resolve("key.pem");
        Files.writeString(
                key,
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(MadeLog.ECDSA.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        int accepted = 0;
        int refused = 0;
        for (MadeLog log : LOG) {
            NoteText note = NoteText.parse(log.note);
            String line = note.own().get(0);
            byte[] signed = Base64Text.parseStandard(line.substring(line.lastIndexOf(' ') + 1));
            byte[] signature = Arrays.copyOfRange(signed, 4, signed.length);
            for (int damage = 0; damage < 3; damage++) {
                byte[] body = note.body().getBytes(StandardCharsets.UTF_8);
                byte[] given = signature.clone();
                if (damage == 1) {
                    flip(body, 0);
                } else if (damage == 2) {
                    flip(given, 6);
                }
                boolean ours = isSigned(body, given);
                Path bodyFile = Files.write(temp.resolve("body"), body);
                Path signatureFile = Files.write(temp.resolve("signature"), given);
                boolean theirs = Peer.openssl(
                        temp,
                        "dgst",
                        "-sha256",
                        "-verify",
                        key.toString(),
                        "-signature",
                        signatureFile.toString(),
                        bodyFile.toString());
                assertThat(theirs).as("damage " + damage + " of " + log.note).isEqualTo(ours);
                accepted += ours ? 1 : 0;
                refused += ours ? 0 : 1;
            }
        }
        report("openssl dgst", accepted, refused);
        assertThat(accepted).isEqualTo(LOGS);
    }

    @Test
    void opensslAgreesAboutTimeStamps() throws Exception {
        authority();
        TimeStampTokens tokens = TimeStampTokens.trusting(temp.resolve("tsa.pem"));
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < LOGS; i++) {
            byte[] note = LOG.get(i).note.getBytes(StandardCharsets.UTF_8);
            TimeStampTokens.Request request = tokens.request(note);
            Files.write(temp.resolve("query"), request.encoded());
            assertThat(Peer.openssl(
                            temp, "ts", "-reply", "-config", "tsa.conf", "-queryfile", "query", "-out", "reply"))
                    .isTrue();
            byte[] reply = Files.readAllBytes(temp.resolve("reply"));
            request.requireAnswered(reply);
            for (int damage = 0; damage < 3; damage++) {
                byte[] text = note.clone();
                byte[] token = reply.clone();
                if (damage == 1) {
                    flip(text, 0);
                } else if (damage == 2) {
                    damage(token, note);
                }
                boolean ours = isStamp(tokens, text, token);
                Files.write(temp.resolve("text"), text);
                Files.write(temp.resolve("token"), token);
                boolean theirs =
                        Peer.openssl(temp, "ts", "-verify", "-data", "text", "-in", "token", "-CAfile", "tsa.pem");
                assertThat(theirs).as("damage " + damage + " of stamp " + i).isEqualTo(ours);
                accepted += ours ? 1 : 0;
                refused += ours ? 0 : 1;
            }
        }
        report("openssl ts", accepted, refused);
        assertThat(accepted).isEqualTo(LOGS);
    }

    /** The JavaScript verifier says word for word what the Java one says of whole logs, and refuses what that refuses. */
    @Test
    void theJavaScriptVerifierAgreesAboutWholeLogs() throws Exception {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < LOGS; i++) {
            if (LOG.get(i).size() > 0) {
                paths.add(FOLDERS.get(i));
                if (LOG.get(i).size() < 5_000) {
                    paths.add(damaged(i));
                }
            }
        }
        List<String> jobs = paths.stream()
                .map(path -> text(Map.of("path", path.toString(), "keys", List.of(), "witnesses", List.of())))
                .toList();
        List<String> said =
                Peer.node(temp, jobs, "verify-jobs.mjs", Peer.verifier().toString());
        int sound = 0;
        int damaged = 0;
        for (int i = 0; i < paths.size(); i++) {
            var ours = LogVerifier.of(paths.get(i)).verify();
            String theirs = new String(Base64.getDecoder().decode(said.get(i)), StandardCharsets.UTF_8);
            if (ours.isSound()) {
                assertThat(theirs).isEqualTo(ours.text());
                sound++;
            } else {
                assertThat(theirs).as(ours.text()).startsWith("NOT SOUND");
                damaged++;
            }
        }
        report("ilura-verify.mjs", sound, damaged);
        assertThat(sound).isGreaterThanOrEqualTo(LOGS - 1);
        assertThat(damaged).isGreaterThan(LOGS / 2);
    }

    private void agree(String peer, List<Judged> jobs, List<String> answers) {
        int accepted = 0;
        for (int i = 0; i < jobs.size(); i++) {
            Judged judged = jobs.get(i);
            assertThat(answers.get(i))
                    .as(judged.job().substring(0, Math.min(600, judged.job().length())))
                    .isEqualTo(Boolean.toString(judged.ours()));
            accepted += judged.ours() ? 1 : 0;
        }
        report(peer, accepted, jobs.size() - accepted);
        assertThat(accepted).isGreaterThanOrEqualTo(LOGS - 1);
        assertThat(jobs.size() - accepted).isGreaterThan(LOGS);
    }

    private static void report(String peer, int accepted, int refused) {
        System.out.println(peer + ": over " + LOGS + " logs " + accepted + " accepted and " + refused
                + " refused by both, 0 judged differently");
    }

    private static List<String> texts(List<Judged> jobs) {
        return jobs.stream().map(Judged::job).toList();
    }

    private static boolean isNote(String note) {
        try {
            String origin = NoteText.parse(note).checkpoint().origin();
            Checkpoint.parse(
                    note,
                    List.of(
                            LogKey.of(origin, MadeLog.ECDSA.getPublic()),
                            LogKey.of(origin, MadeLog.ED25519.getPublic())));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Judged damagedNote(MadeLog log) {
        int at = log.note.indexOf("\n\n") + 2 + random.nextInt(log.note.length() - log.note.indexOf("\n\n") - 3);
        char c = log.note.charAt(at);
        String changed = log.note.substring(0, at) + (c == 'A' ? 'B' : 'A') + log.note.substring(at + 1);
        return new Judged(log.job("note", Map.of("Note", changed)), isNote(changed));
    }

    private List<Judged> tiles(MadeLog log, int i) throws IOException {
        Path good = temp.resolve("tiles-" + i);
        AuditReader.open(FOLDERS.get(i)).exportTiles(good);
        List<Judged> jobs = new ArrayList<>();
        jobs.add(new Judged(log.job("tiles", Map.of("Dir", good.toString())), true));
        if (log.size() < 5_000) {
            Path bad = temp.resolve("bad-tiles-" + i);
            RecoveryTest.copy(good, bad);
            List<Path> files;
            try (var walk = Files.walk(bad.resolve("tile"))) {
                files = walk.filter(Files::isRegularFile)
                        .filter(file -> file.toString().contains("/0/")
                                || file.toString().contains("entries"))
                        .toList();
            }
            Path file = files.get(random.nextInt(files.size()));
            byte[] bytes = Files.readAllBytes(file);
            flip(bytes, 0);
            Files.write(file, bytes);
            jobs.add(new Judged(log.job("tiles", Map.of("Dir", bad.toString())), false));
        }
        return jobs;
    }

    private List<Judged> inclusions(MadeLog log, String kind) {
        List<Judged> jobs = new ArrayList<>();
        for (int damage = 0; damage < 3; damage++) {
            int number = random.nextInt(log.size());
            byte[] record = log.records.get(number).clone();
            List<byte[]> hashes = new ArrayList<>(log.inclusion(number));
            if (damage == 1) {
                flip(record, 0);
            } else if (damage == 2 && !hashes.isEmpty()) {
                int at = random.nextInt(hashes.size());
                hashes.set(at, hashes.get(at).clone());
                flip(hashes.get(at), 0);
            } else if (damage == 2) {
                hashes.add(new byte[32]);
            }
            Map<String, Object> more = new HashMap<>();
            more.put("Index", number);
            more.put("Record", record);
            more.put("Hashes", hashes);
            jobs.add(new Judged(log.job(kind, more), isIncluded(log, number, record, hashes)));
        }
        return jobs;
    }

    private static boolean isIncluded(MadeLog log, int number, byte[] record, List<byte[]> hashes) {
        try {
            byte[] leaf = new Sha256().leaf(record, 0, record.length);
            Bytes root = InclusionProof.root(number, log.size(), leaf, bytes(hashes));
            return root.equals(Bytes.of(log.root));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private List<Judged> consistencies(MadeLog log) {
        List<Judged> jobs = new ArrayList<>();
        for (int damage = 0; damage < 2; damage++) {
            int old = 1 + random.nextInt(log.size());
            byte[] oldRoot = log.rootAt(old);
            List<byte[]> hashes = new ArrayList<>(log.consistency(old));
            if (damage == 1 && !hashes.isEmpty()) {
                int at = random.nextInt(hashes.size());
                hashes.set(at, hashes.get(at).clone());
                flip(hashes.get(at), 0);
            } else if (damage == 1) {
                flip(oldRoot, 0);
            }
            Map<String, Object> more = new HashMap<>();
            more.put("Old", old);
            more.put("OldRoot", oldRoot);
            more.put("Hashes", hashes);
            jobs.add(new Judged(
                    log.job("tree", more),
                    ConsistencyProof.holds(old, Bytes.of(oldRoot), log.size(), Bytes.of(log.root), bytes(hashes))));
        }
        return jobs;
    }

    private static List<Bytes> bytes(List<byte[]> hashes) {
        return hashes.stream().map(Bytes::of).toList();
    }

    private void flip(byte[] bytes, int from) {
        bytes[from + random.nextInt(bytes.length - from)] ^= (byte) (1 << random.nextInt(7));
    }

    private static boolean isSigned(byte[] body, byte[] der) {
        try {
            LogKey key = LogKey.of("any", MadeLog.ECDSA.getPublic());
            return key.verifies(body, Bytes.of(dev.ilura.audit.format.EcdsaForm.rawFromNote(der)), null);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isStamp(TimeStampTokens tokens, byte[] text, byte[] token) {
        try {
            tokens.time(text, token);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Something that the authority signed: the imprint of the text, or the signature itself, which stands last. */
    private void damage(byte[] token, byte[] note) {
        byte[] imprint = Sha256.of(note);
        int at = random.nextBoolean() ? indexOf(token, imprint) : token.length - 32;
        token[at + random.nextInt(32)] ^= (byte) (1 << random.nextInt(8));
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new IllegalArgumentException("the token has no imprint");
    }

    private void authority() throws Exception {
        Files.writeString(temp.resolve("tsa.conf"), """
                [req]
                distinguished_name = name
                x509_extensions = extensions
                prompt = no
                [name]
                CN = Peer TSA
                [extensions]
                basicConstraints = CA:FALSE
                keyUsage = critical,digitalSignature
                extendedKeyUsage = critical,timeStamping
                [tsa]
                default_tsa = here
                [here]
                serial = serial
                signer_cert = tsa.pem
                signer_key = tsa.key
                signer_digest = sha256
                certs = tsa.pem
                default_policy = 1.2.3.4.1
                digests = sha256
                ess_cert_id_alg = sha256
                """);
        assertThat(Peer.openssl(
                        temp,
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "3650",
                        "-config",
                        "tsa.conf",
                        "-keyout",
                        "tsa.key",
                        "-out",
                        "tsa.pem"))
                .isTrue();
        Files.writeString(temp.resolve("serial"), "01");
    }

    /** A copy of a log with one bit of one file changed. */
    private Path damaged(int i) throws IOException {
        Path copy = temp.resolve("damaged-" + i);
        RecoveryTest.copy(FOLDERS.get(i), copy);
        List<Path> files;
        try (var walk = Files.walk(copy)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        flip(bytes, 0);
        Files.write(file, bytes);
        return copy;
    }

    private static String text(Map<String, Object> job) {
        return new String(JsonWriter.write(job), StandardCharsets.UTF_8);
    }
}

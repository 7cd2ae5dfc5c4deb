package dev.ilura.approval.webhook;

import dev.ilura.Secret;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One message to the receiver and its reply, each signed with the shared secret. The reply carries the nonce of the very
 * request it answers, so that no reply serves a second time. Thread-safe.
 */
public final class SignedExchange {
    /** How far the receiver's clock may be off. */
    public static final Duration CLOCK_WINDOW = Duration.ofMinutes(5);

    static final String REQUEST = "ilura.webhook.request.v1";
    static final String REPLY = "ilura.webhook.reply.v1";

    private static final String TIMESTAMP = "X-Ilura-Timestamp";
    private static final String NONCE = "X-Ilura-Nonce";
    private static final String SIGNATURE = "X-Ilura-Signature";
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);
    private static final JsonLimits BODY = new JsonLimits(16_384, 4, 20, 0);
    private static final int ACCEPTED = 202;

    private final URI receiver;
    private final Secret secret;
    private final RandomGenerator random;
    private final TimeSource time;
    private final HttpClient http;

    public SignedExchange(URI receiver, Secret secret, RandomGenerator random, TimeSource time) {
        this.receiver = receiver;
        this.secret = secret;
        this.random = random;
        this.time = time;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
    }

    /**
     * Sends a message and waits for the reply.
     *
     * @return the reply; empty if the receiver has taken the message and has no answer yet
     * @throws IOException if there is none that counts; the message is one clause for people, without secrets
     */
    Optional<JsonValue> send(byte[] message) throws IOException, InterruptedException {
        String nonce = nonce();
        HttpResponse<InputStream> response =
                http.send(signed(message, nonce), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] body = in.readNBytes(BODY.maxBytes() + 1);
            if (response.statusCode() == ACCEPTED) {
                return Optional.empty();
            }
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            requireSigned(response, nonce, body);
            return Optional.of(JsonValue.parse(body, BODY));
        } catch (MalformedJsonException e) {
            throw new IOException("the reply is not the JSON it should be", e);
        }
    }

    /** Tells something that needs no reply; whether it arrives does not matter. */
    void tell(byte[] message) {
        http.sendAsync(signed(message, nonce()), HttpResponse.BodyHandlers.discarding());
    }

    private HttpRequest signed(byte[] message, String nonce) {
        String now = Long.toString(time.now().getEpochSecond());
        return HttpRequest.newBuilder(receiver)
                .timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/json")
                .header(TIMESTAMP, now)
                .header(NONCE, nonce)
                .header(SIGNATURE, "v1=" + HexFormat.of().formatHex(mac(REQUEST, now, nonce, message)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(message))
                .build();
    }

    private void requireSigned(HttpResponse<?> response, String nonce, byte[] body) throws IOException {
        String stamp = only(response, TIMESTAMP);
        if (!only(response, NONCE).equals(nonce)) {
            throw new IOException("the reply is to another message");
        }
        byte[] stated = hex(only(response, SIGNATURE));
        if (!MessageDigest.isEqual(mac(REPLY, stamp, nonce, body), stated)) {
            throw new IOException("the reply is not signed with the secret");
        }
        long seconds = stamp.matches("[0-9]{1,12}") ? Long.parseLong(stamp) : Long.MIN_VALUE;
        if (seconds == Long.MIN_VALUE || Math.abs(time.now().getEpochSecond() - seconds) > CLOCK_WINDOW.toSeconds()) {
            throw new IOException("the reply's time is more than " + CLOCK_WINDOW.toMinutes() + " minutes off");
        }
    }

    private static String only(HttpResponse<?> response, String header) throws IOException {
        var values = response.headers().allValues(header);
        if (values.size() != 1) {
            throw new IOException("the reply has " + values.size() + " headers " + header);
        }
        return values.get(0);
    }

    private static byte[] hex(String signature) {
        try {
            return signature.startsWith("v1=")
                    ? HexFormat.of().parseHex(signature.substring("v1=".length()))
                    : new byte[0];
        } catch (IllegalArgumentException notHex) {
            return new byte[0];
        }
    }

    private byte[] mac(String domain, String timestamp, String nonce, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.revealToItsOneUse().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((domain + "\n" + timestamp + "\n" + nonce + "\n").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private String nonce() {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        return HexFormat.of().formatHex(nonce);
    }
}

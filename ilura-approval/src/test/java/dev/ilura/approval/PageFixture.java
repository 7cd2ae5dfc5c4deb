package dev.ilura.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.approval.passkey.SoftAuthenticator;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;

/** A page that is served, its operator, and a browser that is paired with it. */
final class PageFixture implements AutoCloseable {
    final ManualTime time = new ManualTime(Tickets.ISSUED);
    final List<String> terminal = new CopyOnWriteArrayList<>();
    final PageApprovals page;
    private String cookie = "";
    private String token = "";

    PageFixture(Path state) {
        page = PageApprovals.in(state)
                .port(0)
                .operator(terminal::add)
                .time(time)
                .open();
    }

    /** The code the operator saw last. */
    String code(String kind) {
        return terminal.stream()
                .filter(line -> line.contains(kind))
                .reduce((first, second) -> second)
                .map(line -> line.replaceAll(".*?([A-Z]{4}-[A-Z]{4}).*", "$1"))
                .orElseThrow();
    }

    PageFixture paired() throws IOException {
        RawHttp.Response response = RawHttp.post(
                        page.address(), "/api/pair", json(Map.of("code", code("pairing code"))))
                .send();
        assertThat(response.status()).isEqualTo(200);
        cookie = response.header("Set-Cookie").replaceAll(";.*", "");
        token = JsonValue.parse(response.body()).member("token").orElseThrow().text();
        return this;
    }

    RawHttp get(String path) {
        return RawHttp.get(page.address(), path).header("Cookie", cookie).header("X-Ilura-Token", token);
    }

    RawHttp post(String path, Map<String, ?> body) {
        return RawHttp.post(page.address(), path, json(body))
                .header("Cookie", cookie)
                .header("X-Ilura-Token", token);
    }

    JsonValue read(String path) throws IOException {
        RawHttp.Response response = get(path).send();
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return JsonValue.parse(response.body());
    }

    JsonValue write(String path, Map<String, ?> body) throws IOException {
        RawHttp.Response response = post(path, body).send();
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return JsonValue.parse(response.body());
    }

    /** Asks; the answer does not matter. */
    void lay(ApprovalTicket ticket) {
        assertThat(ask(ticket)).isNotDone();
    }

    /** Asks, and returns when the question lies on the page. */
    FutureTask<ApprovalAnswer> ask(ApprovalTicket ticket) {
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> page.ask(ticket));
        long before = calls();
        Thread thread = new Thread(asking);
        thread.setDaemon(true);
        thread.start();
        await().until(() -> asking.isDone() || calls() > before);
        return asking;
    }

    /** How many tickets wait on the page. */
    long calls() {
        return desk().at("/cards").orElseThrow().elements().stream()
                .mapToLong(line -> line.member("calls").orElseThrow().integer().orElseThrow())
                .sum();
    }

    JsonValue desk() {
        try {
            return read("/api/desk");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The card that lies there at this place. */
    JsonValue card(int index) throws IOException {
        String id = desk().at("/cards/" + index + "/id").orElseThrow().text();
        return read("/api/cards/" + id);
    }

    /** Clicks on a card as the page would, after the time it takes to read. */
    RawHttp click(JsonValue card, String what, Map<String, ?> more) {
        time.pass(Duration.ofSeconds(1));
        return clickAtOnce(card, what, more);
    }

    RawHttp clickAtOnce(JsonValue card, String what, Map<String, ?> more) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("token", text(card, "token"));
        body.put(
                "digests",
                card.member("calls").orElseThrow().elements().stream()
                        .map(call -> text(call, "digest"))
                        .toList());
        body.putAll(more);
        return post("/api/cards/" + text(card, "id") + "/" + what, body);
    }

    RawHttp sign(JsonValue card, SoftAuthenticator authenticator, String reason) {
        return click(
                card,
                "sign",
                Map.of(
                        "reason",
                        reason,
                        "assertion",
                        authenticator.sign(text(card, "challenge")).done().toJava()));
    }

    /** Approves, and signs that more of the kind may pass. */
    RawHttp grant(JsonValue card, SoftAuthenticator by, Map<String, ?> wish, Map<String, ?> more) throws IOException {
        JsonValue terms = JsonValue.parse(
                clickAtOnce(card, "terms", Map.of("grant", wish)).send().body());
        Map<String, Object> body = new LinkedHashMap<>(more);
        body.put("grant", wish);
        body.put(
                "assertion",
                Objects.requireNonNull(by.sign(text(terms, "challenge")).done().toJava()));
        return click(card, "approve", body);
    }

    /** Enrols the first passkey with the code from the terminal. */
    SoftAuthenticator enrolFirst(String person) throws IOException {
        write("/api/passkeys/code", Map.of());
        JsonValue step = write("/api/passkeys/begin", Map.of("person", person, "code", code("enrol")));
        return finish(step, SoftAuthenticator.on(page.address().toString()));
    }

    /** Enrols a further passkey with the signature of one that is there. */
    SoftAuthenticator enrol(String person, SoftAuthenticator by) throws IOException {
        JsonValue step = write("/api/passkeys/begin", Map.of("person", person));
        JsonValue create = write(
                "/api/passkeys/authorise",
                Map.of(
                        "ceremony", text(step, "ceremony"),
                        "assertion", by.sign(text(step, "challenge")).done().toJava()));
        return finish(create, SoftAuthenticator.on(page.address().toString()));
    }

    SoftAuthenticator finish(JsonValue step, SoftAuthenticator authenticator) throws IOException {
        assertThat(text(step, "step")).isEqualTo("create");
        write(
                "/api/passkeys/finish",
                Map.of(
                        "ceremony", text(step, "ceremony"),
                        "attestation",
                                authenticator.create(text(step, "challenge")).toJava()));
        return authenticator;
    }

    static String text(JsonValue json, String name) {
        return json.member(name).orElseThrow().text();
    }

    static String json(Map<String, ?> body) {
        return JsonValue.of(body).raw();
    }

    @Override
    public void close() {
        page.close();
    }
}

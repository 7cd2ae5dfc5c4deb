package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.ApprovalAnswer;
import dev.ilura.RiskLane;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page for those who do not point, do not see, or see it in the dark: in a real Chromium, with the rules of axe-core. */
@NullUnmarked // fields are set before each test
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageAccessibilityPeerIT {
    private static final Path SHOTS = Path.of("target", "screenshots").toAbsolutePath();

    private final List<String> terminal = new CopyOnWriteArrayList<>();
    private Browser browser;
    private PageApprovals page;
    private Browser.Window window;

    @BeforeAll
    void browser() throws IOException {
        Files.createDirectories(SHOTS);
        browser = new Browser();
    }

    @AfterEach
    void closePage() {
        page.close();
    }

    @AfterAll
    void end() throws Exception {
        browser.close();
    }

    private void open(Path state, boolean dark) throws IOException {
        terminal.clear();
        page = PageApprovals.in(state)
                .port(0)
                .operator(terminal::add)
                .acceptVirtualAuthenticators()
                .open();
        window = browser.open(state.toString(), page.address().toString(), dark).see("#pairing:not([hidden])");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyViewKeepsTheRulesOfAxe(boolean dark, @TempDir Path state) throws Exception {
        open(state, dark);
        Path file = Files.writeString(state.resolve("list.md"), "Item 1\nItem 2\nItem 3\n");
        int passes = clean("pairing");
        pair();
        passes += clean("nothing waits");
        window.authenticator();
        window.click("#open-passkeys").click("#enrol-show");
        passes += clean("first passkey");
        window.fill("#enrol-name", "Alice")
                .fill("#enrol-code", code("enrol"))
                .click("#enrol .primary")
                .see("#passkey-list li");
        passes += clean("passkeys");
        FutureTask<ApprovalAnswer> medium = ask(ticket("m").lane(RiskLane.MEDIUM));
        window.click("#open-questions").see(".card.medium").click("details:has(.wish) summary");
        passes += clean("medium, asking less often");
        window.click(".wish input").see(".card .primary:not([disabled])").click(".card .primary");
        medium.get(20, SECONDS);
        ask(ticket("h")
                .lane(RiskLane.HIGH)
                .roots(state)
                .server("fi\u202Eles")
                .arguments(Map.of(
                        "path",
                        file.toString(),
                        "content",
                        "Item 1\nItem two\n\u200bItem 3\n",
                        "note",
                        "a line of the report\n".repeat(60),
                        "to",
                        "p\u0430ypal")));
        ask(ticket("c").lane(RiskLane.CRITICAL).approvers(2));
        window.see(".card.high .diff .add")
                .see(".card.critical .people")
                .click(".card.high details:last-of-type summary");
        passes += clean("high and critical");
        window.shot(SHOTS.resolve("two-cards" + (dark ? "-dark" : "") + ".png"));
        window.press("o").see(".card.high .fold.opened");
        passes += clean("opened");
        window.click("#open-standing").see("#standing-list li").shot(SHOTS.resolve("standing-" + dark + ".png"));
        passes += clean("permissions");
        window.click("#open-past").see("#past-list li");
        passes += clean("history");
        System.out.printf("axe-core, %s: %d checks passed, 0 violations%n", dark ? "dark" : "light", passes);
    }

    private int clean(String what) throws IOException {
        JsonValue found = window.axe();
        assertThat(found.at("/violations").orElseThrow().elements()).as(what).isEmpty();
        return found.at("/passes").flatMap(JsonValue::integer).orElseThrow().intValue();
    }

    /** No pointer at all, from the code to a yes in lane high and a look at what became of it. */
    @Test
    void theWholeWayByKeyboard(@TempDir Path state) throws Exception {
        open(state, false);
        window.type(code("pairing code")).press("Enter").see("#empty:not([hidden])");
        FutureTask<ApprovalAnswer> asking = ask(ticket("h")
                .lane(RiskLane.HIGH)
                .arguments(Map.of("path", "/srv/docs/report.md", "text", "a line of the report\n".repeat(60))));
        window.see(".card.high .foot button:focus");
        assertThat(window.run("document.activeElement.textContent").text())
                .as("what Enter would do")
                .isEqualTo("Deny");
        tabTo(".fold").press("Enter").see(".fold.opened");
        tabTo("textarea").type("weekly report for finance").see(".card .primary:not([disabled])");
        tabTo(".card .primary").press("Enter");
        assertThat(asking.get(20, SECONDS)).isInstanceOf(ApprovalAnswer.Approved.class);

        window.see("#empty:not([hidden])");
        tabTo("#open-past").press("Enter").see("#past-list li:has-text('Approved')");
    }

    /** Presses Tab until this has the focus, and can be seen to have it. */
    private Browser.Window tabTo(String selector) throws IOException {
        for (int i = 0; i < 40; i++) {
            window.press("Tab");
            if (window.count(selector + ":focus") > 0) {
                assertThat(window.run("getComputedStyle(document.activeElement).outlineStyle")
                                .text())
                        .as("the focus can be seen on " + selector)
                        .isNotEqualTo("none");
                return window;
            }
        }
        throw new AssertionError("Tab does not lead to " + selector);
    }

    @Test
    void aScreenReaderIsToldWhatWaitsAndWhatEachThingIs(@TempDir Path state) throws Exception {
        open(state, false);
        pair();
        ask(ticket("h").lane(RiskLane.HIGH).arguments(Map.of("path", "/srv/docs/r\u200bx.md", "mode", "append")));
        window.see(".card.high");

        assertThat(window.run("document.getElementById('announce').getAttribute('aria-live') + ': '"
                                + " + document.getElementById('announce').textContent")
                        .text())
                .isEqualTo("assertive: High: write_file on files. writes need a person");
        assertThat(window.tree("body"))
                .contains("- banner", "- navigation \"Views\"", "button \"Questions 1\"", "- main", "- contentinfo")
                .contains("- article \"write_file on files\"")
                .contains("heading \"write_file on files\" [level=2]")
                .contains("group \"Arguments\"")
                .contains("textbox \"Why may this happen?")
                .contains("button \"Deny\"", "button \"Approve\" [disabled]")
                .contains("U+200B");
        assertThat(window.run("document.getElementById(document.querySelector('.card .primary')"
                                + ".getAttribute('aria-describedby')).textContent")
                        .text())
                .as("why the button does not work yet")
                .isEqualTo("Say why first.");
    }

    private void pair() throws IOException {
        window.fill("#pairing-code", code("pairing code")).press("Enter").see("#empty:not([hidden])");
    }

    private FutureTask<ApprovalAnswer> ask(Tickets ticket) {
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> page.ask(ticket.make()));
        Thread thread = new Thread(asking);
        thread.setDaemon(true);
        thread.start();
        return asking;
    }

    private static Tickets ticket(String id) {
        return Tickets.ticket().id(id).issued(Instant.now()).life(java.time.Duration.ofMinutes(5));
    }

    private String code(String kind) {
        await().until(() -> terminal.stream().anyMatch(line -> line.contains(kind)));
        return terminal.stream()
                .filter(line -> line.contains(kind))
                .reduce((first, second) -> second)
                .map(line -> line.replaceAll(".*?([A-Z]{4}-[A-Z]{4}).*", "$1"))
                .orElseThrow();
    }
}

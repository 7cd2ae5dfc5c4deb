package dev.ilura.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.ClientDialogue;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a server or an agent writes, no character that would not be seen as itself reaches the page, the terminal or a
 * client's form. Runs over this project's own manifests and arguments ({@code benchmarks/cases}) and the cases beside this
 * class, and over the corpus in the directory that {@code ilura.corpus} names.
 */
class HostileTextTest {
    private static final int AT_A_TIME = 280;
    private static final int ON_A_SCREEN = 390;
    private static final Path OWN = Path.of("../benchmarks/cases");

    @TempDir
    private Path state;

    @Test
    void noRawCharacterReachesPageTerminalOrForm() throws Exception {
        List<String> texts = texts();
        int raw = 0;
        try (PageFixture page = new PageFixture(state).paired()) {
            for (int at = 0; at < texts.size(); at += AT_A_TIME) {
                raw += onThePage(page, holding(at, texts.subList(at, Math.min(at + AT_A_TIME, texts.size()))));
            }
        }
        int screens = 0;
        List<String> pieces = texts.stream().flatMap(HostileTextTest::pieces).toList();
        for (int at = 0; at < pieces.size(); ) {
            int end = at + 1;
            for (int length = pieces.get(at).length();
                    end < pieces.size() && length + pieces.get(end).length() < ON_A_SCREEN;
                    end++) {
                length += pieces.get(end).length();
            }
            ApprovalTicket ticket = holding(at, pieces.subList(at, end));
            raw += visible(onATerminal(ticket));
            raw += visible(inAForm(ticket));
            screens++;
            at = end;
        }
        System.out.printf(
                "%d hostile texts: %d raw characters reached page, terminal (%d screens) or form%n",
                texts.size(), raw, screens);
        assertThat(texts.size()).isGreaterThan(5_000);
        assertThat(raw).isZero();
    }

    /** Every code point there is, once. */
    @Test
    void everyCodePointIsEitherSeenAsItselfOrNamed() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        assertThat(visible(VisibleText.block(all.toString()))).isZero();
    }

    /** What is too long for a terminal is not asked there, so it comes in pieces; none of them has too many lines either. */
    private static Stream<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (text.length() - from > ON_A_SCREEN) {
            int to = from + ON_A_SCREEN;
            to -= Character.isLowSurrogate(text.charAt(to)) ? 1 : 0;
            pieces.add(text.substring(from, to));
            from = to;
        }
        pieces.add(text.substring(from));
        return pieces.stream();
    }

    private static ApprovalTicket holding(int at, List<String> texts) {
        String some = String.join(" ", texts);
        String name = some.length() > 200 ? some.substring(0, 200) : some;
        if (Character.isHighSurrogate(name.charAt(name.length() - 1))) {
            name = name.substring(0, name.length() - 1);
        }
        return Tickets.ticket()
                .id(String.format("%032x", at))
                .lane(RiskLane.MEDIUM)
                .life(Duration.ofHours(1))
                .server("files" + name)
                .principal("agent " + name)
                .reason(some)
                .tool(JsonValue.of(Map.of("name", "tool" + name, "description", some))
                        .raw())
                .arguments(Map.of("texts", texts, "as names", Map.of(name, "value"), "path", name))
                .display(some)
                .make();
    }

    /** Each string of each answer that the browser gets, after its JSON is read. */
    private static int onThePage(PageFixture page, ApprovalTicket ticket) throws Exception {
        page.lay(ticket);
        JsonValue card = page.card(0);
        int raw = strings(card).mapToInt(HostileTextTest::visible).sum();
        List<JsonValue> values = card.member("arguments").orElseThrow().elements();
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).member("folded").orElseThrow().flag()) {
                continue;
            }
            page.time.pass(Duration.ofMillis(25));
            JsonValue opened = page.read("/api/cards/" + PageFixture.text(card, "id") + "/values/" + i);
            raw += strings(opened).mapToInt(HostileTextTest::visible).sum();
        }
        page.clickAtOnce(card, "deny", Map.of()).send();
        raw += strings(page.desk()).mapToInt(HostileTextTest::visible).sum();
        page.time.pass(Duration.ofSeconds(2));
        return raw;
    }

    private static Stream<String> strings(JsonValue json) {
        if (json.isString()) {
            return Stream.of(json.text());
        }
        if (json.isObject()) {
            return json.members().entrySet().stream()
                    .flatMap(member -> Stream.concat(Stream.of(member.getKey()), strings(member.getValue())));
        }
        return json.isArray() ? json.elements().stream().flatMap(HostileTextTest::strings) : Stream.empty();
    }

    private static String onATerminal(ApprovalTicket ticket) throws InterruptedException {
        ScriptedTerminal terminal = new ScriptedTerminal().answering("n");
        ApprovalAnswer answer = new TerminalApprovals(terminal, new ManualTime(Tickets.ISSUED), "ada").ask(ticket);
        assertThat(answer).as("it was shown").isInstanceOf(ApprovalAnswer.Refused.class);
        return terminal.screen();
    }

    private static String inAForm(ApprovalTicket ticket) throws InterruptedException {
        StringBuilder shown = new StringBuilder();
        ElicitationApprovals.atClient()
                .pointingTo(URI.create("http://localhost:1"))
                .ask(ticket, new ClientDialogue() {
                    @Override
                    public boolean showsForms() {
                        return true;
                    }

                    @Override
                    public boolean opensUrls() {
                        return true;
                    }

                    @Override
                    public CompletionStage<Reply> form(String message, JsonValue schema) {
                        shown.append(message);
                        return CompletableFuture.completedFuture(new Declined());
                    }

                    @Override
                    public CompletionStage<Reply> url(String id, String message, URI address) {
                        shown.append(message);
                        return CompletableFuture.completedFuture(new Declined());
                    }
                });
        assertThat(shown).as("it was shown").isNotEmpty();
        return shown.toString();
    }

    /** How many characters are there that a reader would not see as themselves. */
    private static int visible(String text) {
        return (int) text.codePoints()
                .filter(c -> c != '\n' && !VisibleText.isPlain(c))
                .count();
    }

    private static List<String> linesBelow(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        assertThat(lines).as("cases in " + directory).isNotEmpty();
        return lines;
    }

    private static List<String> texts() throws IOException {
        TreeSet<String> texts = new TreeSet<>();
        List<String> lines = new ArrayList<>();
        try (var own = HostileTextTest.class.getResourceAsStream("hostile.jsonl")) {
            lines.addAll(new String(own.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
        lines.addAll(linesBelow(OWN));
        String corpus = System.getProperty("ilura.corpus", "");
        if (!corpus.isEmpty()) {
            lines.addAll(linesBelow(Path.of(corpus)));
        }
        for (String line : lines) {
            texts.add(line);
            try {
                strings(JsonValue.parse(line)).filter(text -> !text.isEmpty()).forEach(texts::add);
            } catch (MalformedJsonException onlyAsALine) {
                // it was added as a line above
            }
        }
        return List.copyOf(texts);
    }
}

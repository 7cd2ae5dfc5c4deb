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
 * client's form. Runs over the cases of this project, and over the corpus in the directory {@code ilura.corpus} names.
 */
class HostileTextTest {
    private static final int AT_A_TIME = 40;

    @TempDir
    private Path state;

    @Test
    void noRawCharacterReachesPageTerminalOrForm() throws Exception {
        List<String> texts = texts();
        int raw = 0;
        try (PageFixture page = new PageFixture(state).paired()) {
            for (int at = 0; at < texts.size(); at += AT_A_TIME) {
                List<String> some = texts.subList(at, Math.min(at + AT_A_TIME, texts.size()));
                ApprovalTicket ticket = holding(at, some);
                raw += onThePage(page, ticket);
                raw += visible(onATerminal(ticket));
                raw += visible(inAForm(ticket));
            }
        }
        System.out.printf("%d hostile texts: %d raw characters reached page, terminal or form%n", texts.size(), raw);
        assertThat(texts.size()).isGreaterThan(100);
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

    private static ApprovalTicket holding(int at, List<String> texts) {
        String some = String.join(" ", texts);
        String name = some.length() > 200 ? some.substring(0, 200) : some;
        if (Character.isHighSurrogate(name.charAt(name.length() - 1))) {
            name = name.substring(0, name.length() - 1);
        }
        return Tickets.ticket()
                .id(String.format("%032x", at))
                .lane(RiskLane.MEDIUM)
                .server("files" + name)
                .principal("agent " + name)
                .reason(some)
                .tool(JsonValue.of(Map.of("name", "tool" + name, "description", some))
                        .raw())
                .arguments(Map.of("texts", texts, "as names", Map.of(name, "value"), "path", name))
                .display(VisibleText.block(some))
                .make();
    }

    /** Each string of each answer that the browser gets, after its JSON is read. */
    private static int onThePage(PageFixture page, ApprovalTicket ticket) throws Exception {
        page.lay(ticket);
        JsonValue card = page.card(0);
        int raw = strings(card).mapToInt(HostileTextTest::visible).sum();
        int values = card.member("arguments").orElseThrow().elements().size();
        for (int i = 0; i < values; i++) {
            JsonValue opened = page.read("/api/cards/" + PageFixture.text(card, "id") + "/values/" + i);
            raw += strings(opened).mapToInt(HostileTextTest::visible).sum();
        }
        page.clickAtOnce(card, "deny", Map.of()).send();
        raw += strings(page.desk()).mapToInt(HostileTextTest::visible).sum();
        page.time.pass(java.time.Duration.ofSeconds(2));
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
        ScriptedTerminal terminal = new ScriptedTerminal();
        ManualTime time = new ManualTime(Tickets.ISSUED);
        TerminalApprovals approvals = new TerminalApprovals(terminal, time, "ada");
        Thread typing = new Thread(() -> org.awaitility.Awaitility.await().until(() -> {
            terminal.type("n");
            return terminal.screen().contains("Denied") || terminal.screen().isEmpty();
        }));
        typing.start();
        ApprovalAnswer answer = approvals.ask(ticket);
        typing.interrupt();
        assertThat(answer).isNotInstanceOf(ApprovalAnswer.Approved.class);
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
        return shown.toString();
    }

    /** How many characters are there that a reader would not see as themselves. */
    private static int visible(String text) {
        return (int) text.codePoints()
                .filter(c -> c != '\n' && !VisibleText.isPlain(c))
                .count();
    }

    private static List<String> texts() throws IOException {
        TreeSet<String> texts = new TreeSet<>();
        List<String> lines = new ArrayList<>();
        try (var own = HostileTextTest.class.getResourceAsStream("hostile.jsonl")) {
            lines.addAll(new String(own.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
        String corpus = System.getProperty("ilura.corpus", "");
        if (!corpus.isEmpty()) {
            try (Stream<Path> files = Files.list(Path.of(corpus))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".jsonl"))
                        .sorted()
                        .toList()) {
                    lines.addAll(Files.readAllLines(file));
                }
            }
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

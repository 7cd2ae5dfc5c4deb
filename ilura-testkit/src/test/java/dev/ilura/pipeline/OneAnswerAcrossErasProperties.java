package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.Limits;
import dev.ilura.json.JsonValue;
import dev.ilura.testkit.ScriptedCall;
import dev.ilura.testkit.ScriptedClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/**
 * The same over both eras and the bridges between them, with questions: two clients, one of each era, use equal ids and equal
 * progress tokens before a server of either era, which answers, asks, answers twice, or is silent. Whatever the order, each
 * request that was not cancelled has exactly one answer, nobody sees another's answer, question or progress, and what was
 * dispatched has one outcome.
 */
class OneAnswerAcrossErasProperties {
    private static final String ASKABLE = "{\"elicitation\":{}}";

    @Property(tries = 60)
    void withAServerOfTheHandshakeEra(@ForAll("handshake") ActionChain<World> chain) {
        holds(chain);
    }

    @Property(tries = 60)
    void withAServerOfTheModernEra(@ForAll("modern") ActionChain<World> chain) {
        holds(chain);
    }

    private static void holds(ActionChain<World> chain) {
        try (World world = chain.run()) {
            world.settle();
            world.check();
        }
    }

    @Provide
    Arbitrary<ActionChain<World>> handshake() {
        return chains(false);
    }

    @Provide
    Arbitrary<ActionChain<World>> modern() {
        return chains(true);
    }

    private static Arbitrary<ActionChain<World>> chains(boolean modern) {
        return ActionChain.<World>startWith(() -> new World(modern))
                .withAction(5, act("call", 1, (world, n) -> world.call(n % 2)))
                .withAction(4, act("answer", 20, World::answer))
                .withAction(3, act("ask", 20, World::ask))
                .withAction(3, act("reply", 20, World::reply))
                .withAction(1, act("answer twice", 20, (world, n) -> {
                    world.answer(n);
                    world.answer(n);
                }))
                .withAction(2, act("cancel", 20, World::cancel))
                .withAction(1, act("seconds", 40, (world, n) -> world.gate.time.advance(Duration.ofSeconds(n + 1))))
                .withMaxTransformations(24);
    }

    private interface Step {
        void take(World world, int n);
    }

    private static Action.Independent<World> act(String name, int most, Step step) {
        return () -> Arbitraries.integers()
                .between(0, most)
                .map(n -> Transformer.mutate(name + " " + n, world -> step.take(world, n)));
    }

    /** Client 0 makes a handshake, client 1 does not. */
    static final class World implements AutoCloseable {
        final Gate gate = Gate.limited(Limits.DEFAULTS.withConcurrency(8, 8, 8));
        final boolean modern;
        final List<ScriptedClient> clients = new ArrayList<>();
        final Map<String, Boolean> requests = new HashMap<>(); // client/id -> given up
        final Map<String, String> owners = new HashMap<>(); // client/id -> whose call it goes on with
        final Set<String> replied = new HashSet<>();

        World(boolean modern) {
            this.modern = modern;
            if (modern) {
                gate.files.modern();
            }
            gate.files.tool("read", call -> {});
            clients.add(Eras.handshake(gate, ASKABLE));
            clients.add(ScriptedClient.of(gate.gateway(), "default", "eve"));
            clients.get(1).request("\"l\"", "tools/list", "{" + Eras.meta(ASKABLE) + "}");
            clients.get(1).answer("\"l\"");
        }

        private int count(int client) {
            return (int) requests.keySet().stream()
                    .filter(key -> key.startsWith(client + "/"))
                    .count();
        }

        private static String meta(int client) {
            return client == 0
                    ? "\"_meta\":{\"progressToken\":1}"
                    : Eras.meta(ASKABLE).replace("{\"io.", "{\"progressToken\":1,\"io.");
        }

        void call(int client) {
            String id = Integer.toString(count(client));
            String key = client + "/" + id;
            requests.put(key, false);
            owners.put(key, key);
            clients.get(client)
                    .request(
                            id,
                            "tools/call",
                            "{\"name\":\"files__read\",\"arguments\":{\"of\":\"" + key + "\"}," + meta(client) + "}");
        }

        private Optional<ScriptedCall> some(int index) {
            List<ScriptedCall> calls = gate.files.calls();
            return calls.isEmpty() ? Optional.empty() : Optional.of(calls.get(index % calls.size()));
        }

        private static String owner(ScriptedCall call) {
            return call.arguments().member("of").orElseThrow().text();
        }

        void answer(int n) {
            some(n).ifPresent(call -> {
                call.progress(n);
                call.answerText("for " + owner(call));
            });
        }

        void ask(int n) {
            some(n).ifPresent(call -> {
                String form = "{\"message\":\"for " + owner(call) + "\",\"requestedSchema\":{\"type\":\"object\","
                        + "\"properties\":{}}}";
                if (modern) {
                    call.answer("{\"resultType\":\"input_required\",\"requestState\":\"s\",\"inputRequests\":{\"k\":"
                            + "{\"method\":\"elicitation/create\",\"params\":" + form + "}}}");
                } else {
                    call.ask("elicitation/create", form);
                }
            });
        }

        /** A client answers the first question that it has not answered yet. */
        void reply(int n) {
            gate.time.advance(Duration.ofMillis(60)); // questions are gathered for a while
            if (n % 2 == 0) {
                clients.get(0).notifications("elicitation/create").stream()
                        .filter(question -> replied.add(
                                "0?" + question.member("id").orElseThrow().raw()))
                        .findFirst()
                        .ifPresent(question -> clients.get(0)
                                .send("{\"jsonrpc\":\"2.0\",\"id\":"
                                        + question.member("id").orElseThrow().raw()
                                        + ",\"result\":{\"action\":\"decline\"}}"));
            } else {
                clients.get(1).received().stream()
                        .filter(frame -> frame.at("/result/inputRequests").isPresent())
                        .filter(frame -> replied.add(
                                "1?" + frame.member("id").orElseThrow().raw()))
                        .findFirst()
                        .ifPresent(this::goOn);
            }
        }

        private void goOn(JsonValue asked) {
            String before = "1/" + asked.member("id").orElseThrow().raw();
            String owner = owners.get(before);
            String id = Integer.toString(count(1));
            requests.put("1/" + id, false);
            owners.put("1/" + id, owner);
            String key = asked.at("/result/inputRequests")
                    .orElseThrow()
                    .members()
                    .keySet()
                    .iterator()
                    .next();
            clients.get(1)
                    .request(
                            id,
                            "tools/call",
                            "{\"name\":\"files__read\",\"arguments\":{\"of\":\"" + owner + "\"},\"requestState\":"
                                    + asked.at("/result/requestState")
                                            .orElseThrow()
                                            .raw()
                                    + ",\"inputResponses\":{\"" + key + "\":{\"action\":\"decline\"}}," + meta(1)
                                    + "}");
        }

        void cancel(int n) {
            requests.keySet().stream().sorted().skip(n).findFirst().ifPresent(request -> {
                requests.put(request, true);
                clients.get(request.charAt(0) - '0').cancel(request.substring(2));
            });
        }

        private int answers(String request) {
            return clients.get(request.charAt(0) - '0')
                    .answers(request.substring(2))
                    .size();
        }

        /** Lets every deadline pass until nothing is under way. */
        void settle() {
            Gate.until(() -> {
                gate.time.advance(Duration.ofSeconds(61));
                return requests.entrySet().stream()
                                .allMatch(request -> request.getValue() || answers(request.getKey()) > 0)
                        && calls(AuditEvent.Type.OUTCOME).containsAll(calls(AuditEvent.Type.DISPATCH));
            });
        }

        private Set<String> calls(AuditEvent.Type type) {
            Set<String> calls = new HashSet<>();
            gate.log.events(type).forEach(event -> calls.add(event.text("call").orElseThrow()));
            return calls;
        }

        void check() {
            requests.forEach((request, givenUp) ->
                    assertThat(answers(request)).as(request).isBetween(givenUp ? 0 : 1, 1));
            for (int i = 0; i < clients.size(); i++) {
                String own = "for " + i + "/";
                assertThat(clients.get(i).received())
                        .allSatisfy(frame ->
                                assertThat(said(frame)).as("%s", frame).allMatch(text -> text.startsWith(own)));
            }
            assertThat(gate.log.events(AuditEvent.Type.OUTCOME))
                    .as("one outcome a call")
                    .extracting(event -> event.text("call"))
                    .doesNotHaveDuplicates();
        }

        /** What the server said in a frame for somebody: in a result, or in a question. */
        private static List<String> said(JsonValue frame) {
            List<String> texts = new ArrayList<>();
            frame.at("/result/content/0/text").map(JsonValue::text).ifPresent(texts::add);
            frame.at("/params/message").map(JsonValue::text).ifPresent(texts::add);
            frame.at("/result/inputRequests")
                    .ifPresent(asked -> asked.members()
                            .values()
                            .forEach(each -> texts.add(
                                    each.at("/params/message").orElseThrow().text())));
            texts.removeIf(text -> !text.startsWith("for "));
            return texts;
        }

        @Override
        public void close() {
            gate.close();
        }
    }
}

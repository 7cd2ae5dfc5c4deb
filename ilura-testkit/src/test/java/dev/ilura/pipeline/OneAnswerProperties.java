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
 * Whatever clients, servers and clocks do in whatever order: a request that was not cancelled gets exactly one answer, a
 * cancelled one at most one (it may have been on its way), nobody gets another's, and every call that was dispatched has an
 * outcome on record.
 */
class OneAnswerProperties {

    @Property(tries = 150)
    void everyRequestHasOneAnswer(@ForAll("interleavings") ActionChain<World> chain) {
        World last = chain.run();
        try (World world = last) {
            world.settle();
            world.check();
        }
    }

    @Provide
    Arbitrary<ActionChain<World>> interleavings() {
        return ActionChain.<World>startWith(World::new)
                .withAction(5, new Calls())
                .withAction(4, new Answers())
                .withAction(2, new AnswersTwice())
                .withAction(2, new Cancels())
                .withAction(1, new TimePasses())
                .withAction(1, new ServerDies())
                .withAction(1, new Garbage())
                .withAction(1, new ServerError())
                .withMaxTransformations(24);
    }

    /** Two clients with the same ids in front of one server that answers when it is told to. */
    static final class World implements AutoCloseable {
        final Gate gate = Gate.limited(Limits.DEFAULTS.withConcurrency(4, 3, 4));
        final List<ScriptedClient> clients = new ArrayList<>();
        final Map<String, Boolean> requests = new HashMap<>(); // client/id -> cancelled

        World() {
            gate.files.tool("read", call -> {});
            clients.add(ScriptedClient.of(gate.gateway(), "default", "ada"));
            clients.add(ScriptedClient.of(gate.gateway(), "default", "eve"));
        }

        void call(int client, boolean progress) {
            String id = Integer.toString((int) requests.keySet().stream()
                    .filter(key -> key.startsWith(client + "/"))
                    .count());
            String own = "{\"of\":\"" + client + "/" + id + "\"}";
            String meta = progress ? ",\"_meta\":{\"progressToken\":1}" : "";
            requests.put(client + "/" + id, false);
            clients.get(client)
                    .request(id, "tools/call", "{\"name\":\"files__read\",\"arguments\":" + own + meta + "}");
        }

        void cancel(String request) {
            requests.put(request, true);
            clients.get(request.charAt(0) - '0').cancel(request.substring(2));
        }

        Optional<ScriptedCall> some(int index) {
            List<ScriptedCall> calls = gate.files.calls();
            return calls.isEmpty() ? Optional.empty() : Optional.of(calls.get(index % calls.size()));
        }

        /** Lets every deadline pass until nothing is under way. */
        void settle() {
            Gate.until(() -> {
                gate.time.advance(Duration.ofSeconds(61));
                return requests.entrySet().stream()
                                .allMatch(request -> request.getValue() || answers(request.getKey()) > 0)
                        && dispatched().equals(concluded());
            });
        }

        private int answers(String request) {
            return clients.get(request.charAt(0) - '0')
                    .answers(request.substring(2))
                    .size();
        }

        private Set<String> dispatched() {
            return calls(AuditEvent.Type.DISPATCH);
        }

        private Set<String> concluded() {
            Set<String> concluded = calls(AuditEvent.Type.OUTCOME);
            concluded.retainAll(dispatched());
            return concluded;
        }

        private Set<String> calls(AuditEvent.Type type) {
            Set<String> calls = new HashSet<>();
            gate.log.events(type).forEach(event -> calls.add(event.text("call").orElseThrow()));
            return calls;
        }

        void check() {
            requests.forEach((request, cancelled) ->
                    assertThat(answers(request)).as(request).isBetween(cancelled ? 0 : 1, 1));
            for (int i = 0; i < clients.size(); i++) {
                String own = i + "/";
                assertThat(clients.get(i).received())
                        .allSatisfy(frame -> assertThat(owner(frame))
                                .as("%s", frame)
                                .matches(text -> text.isEmpty() || text.startsWith(own)));
            }
            assertThat(gate.log.events(AuditEvent.Type.OUTCOME))
                    .as("one outcome a call")
                    .extracting(event -> event.text("call"))
                    .doesNotHaveDuplicates();
        }

        /** The request that a text result was made for. */
        private static String owner(JsonValue frame) {
            return frame.at("/result/content/0/text")
                    .map(JsonValue::text)
                    .filter(text -> text.startsWith("for "))
                    .map(text -> text.substring(4))
                    .orElse("");
        }

        @Override
        public void close() {
            gate.close();
        }
    }

    private static String forWhom(ScriptedCall call) {
        return "for " + call.arguments().member("of").orElseThrow().text();
    }

    static final class Calls implements Action.Independent<World> {
        @Override
        public Arbitrary<Transformer<World>> transformer() {
            return Arbitraries.integers()
                    .between(0, 3)
                    .map(n -> Transformer.mutate("call " + n, world -> world.call(n % 2, n > 1)));
        }
    }

    static final class Answers implements Action.Independent<World> {
        @Override
        public Arbitrary<Transformer<World>> transformer() {
            return Arbitraries.integers()
                    .between(0, 20)
                    .map(n -> Transformer.mutate(
                            "answer " + n,
                            world -> world.some(n).ifPresent(call -> {
                                call.progress(n);
                                call.answerText(forWhom(call));
                            })));
        }
    }

    static final class AnswersTwice implements Action.Independent<World> {
        @Override
        public Arbitrary<Transformer<World>> transformer() {
            return Arbitraries.integers()
                    .between(0, 20)
                    .map(n -> Transformer.mutate(
                            "answer twice " + n,
                            world -> world.some(n).ifPresent(call -> {
                                call.answerText(forWhom(call));
                                call.answerText(forWhom(call));
                            })));
        }
    }

    static final class Cancels implements Action.Independent<World> {
        @Override
        public Arbitrary<Transformer<World>> transformer() {
            return Arbitraries.integers()
                    .between(0, 20)
                    .map(n -> Transformer.mutate(
                            "cancel " + n,
                            world -> world.requests.keySet().stream()
                                    .sorted()
                                    .skip(n)
                                    .findFirst()
                                    .ifPresent(world::cancel)));
        }
    }

    static final class TimePasses implements Action.Independent<World> {
        @Override
        public Arbitrary<Transformer<World>> transformer() {
            return Arbitraries.integers()
                    .between(1, 70)
                    .map(n -> Transformer.mutate(n + " s", world -> world.gate.time.advance(Duration.ofSeconds(n))));
        }
    }

    static final class ServerDies implements Action.Independent<World> {
        @Override
        public Arbitrary<Transformer<World>> transformer() {
            return Arbitraries.just(
                    Transformer.mutate("die", world -> world.some(0).ifPresent(call -> world.gate.files.die())));
        }
    }

    static final class Garbage implements Action.Independent<World> {
        @Override
        public Arbitrary<Transformer<World>> transformer() {
            return Arbitraries.integers()
                    .between(0, 20)
                    .map(n -> Transformer.mutate(
                            "garbage " + n,
                            world -> world.some(n)
                                    .ifPresent(call -> call.send(
                                            "{\"jsonrpc\":\"2.0\",\"id\":" + call.id() + ",\"Result\":{}}"))));
        }
    }

    static final class ServerError implements Action.Independent<World> {
        @Override
        public Arbitrary<Transformer<World>> transformer() {
            return Arbitraries.integers()
                    .between(0, 20)
                    .map(n -> Transformer.mutate(
                            "error " + n, world -> world.some(n).ifPresent(call -> call.error(-32000, "no"))));
        }
    }
}

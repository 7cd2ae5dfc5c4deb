package dev.ilura.internal.wire;

import static dev.ilura.internal.wire.Protocol.Stage.APPROVE;
import static dev.ilura.internal.wire.Protocol.Stage.DECIDE;
import static dev.ilura.internal.wire.Protocol.Stage.EXECUTE;
import static dev.ilura.internal.wire.Protocol.Stage.INSPECT;
import static dev.ilura.internal.wire.Protocol.Stage.RECEIVE;
import static dev.ilura.internal.wire.Protocol.Stage.RECORD;
import static dev.ilura.internal.wire.Protocol.Stage.REPLY;
import static dev.ilura.internal.wire.Protocol.Stage.RESOLVE;
import static dev.ilura.internal.wire.Protocol.Stage.VALIDATE;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The one table of what MCP knows: every method, who sends it, in which revisions, and what the gate does with it. Frames
 * are routed by it; what is not in it is not known.
 */
public final class Protocol {
    /** The stages of a call, as in the way of a call. */
    public enum Stage {
        RECEIVE,
        RESOLVE,
        VALIDATE,
        DECIDE,
        APPROVE,
        RECORD,
        EXECUTE,
        INSPECT,
        REPLY
    }

    /** Who sends a message. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    /** What the gate does with a message, and the stages that run for it. */
    @SuppressWarnings("ImmutableEnumChecker") // the sets are never changed
    public enum Handling {
        /** Answered by the gate from what its servers declared. */
        INITIALIZE("answered by the gate", RECEIVE, REPLY),
        DISCOVER("answered by the gate", RECEIVE, REPLY),
        PING("answered by the gate", RECEIVE, REPLY),
        SET_LEVEL("kept by the gate, passed on over lines of one client", RECEIVE, REPLY),
        /** Answered from the servers' lists. */
        LIST("from the pinned or fresh lists of all servers", RECEIVE, RESOLVE, DECIDE, INSPECT, REPLY),
        /** The whole way. */
        CALL("the whole way", RECEIVE, RESOLVE, VALIDATE, DECIDE, APPROVE, RECORD, EXECUTE, INSPECT, REPLY),
        SUBSCRIBE("judged like reading", RECEIVE, RESOLVE, VALIDATE, DECIDE, APPROVE, RECORD, EXECUTE, REPLY),
        UNSUBSCRIBE("ends what was judged", RECEIVE, REPLY),
        LISTEN(
                "each resource judged like reading",
                RECEIVE,
                RESOLVE,
                VALIDATE,
                DECIDE,
                APPROVE,
                RECORD,
                EXECUTE,
                REPLY),
        TASK(
                "the whole way, to the server that made the task",
                RECEIVE,
                RESOLVE,
                VALIDATE,
                DECIDE,
                APPROVE,
                RECORD,
                EXECUTE,
                INSPECT,
                REPLY),
        /** What a server asks a client. */
        QUESTION(
                "judged, shown to the client, answered",
                RECEIVE,
                RESOLVE,
                VALIDATE,
                DECIDE,
                APPROVE,
                RECORD,
                INSPECT,
                EXECUTE,
                REPLY),
        /** Refused with an error. */
        NOT_OFFERED("answered with -32601", RECEIVE, REPLY),
        CANCELLED("gives up what it names, wherever that is", RECEIVE),
        INITIALIZED("taken note of", RECEIVE),
        /** Passed on over a line that is for this client alone. */
        PASS_ON("passed on over lines of one client", RECEIVE),
        /** Passed to the client whose request it belongs to. */
        OF_REQUEST("passed to the client whose request it belongs to", RECEIVE, REPLY),
        /** Lists are read and compared anew, then clients are told. */
        LIST_CHANGED("list read and pinned anew, then told", RECEIVE, RESOLVE, INSPECT, REPLY),
        UPDATED("told to those who watch", RECEIVE, REPLY),
        ACKNOWLEDGED("taken note of", RECEIVE),
        /** Not passed on. */
        DROPPED("not passed on", RECEIVE);

        private final String meaning;
        private final Set<Stage> stages;

        Handling(String meaning, Stage first, Stage... more) {
            this.meaning = meaning;
            this.stages = EnumSet.of(first, more);
        }

        public String meaning() {
            return meaning;
        }

        public Set<Stage> stages() {
            return stages;
        }
    }

    /**
     * One row.
     *
     * @param request whether it is a request; otherwise a notification
     * @param revisions those that have it, oldest first
     */
    public record Route(
            String method, Direction direction, boolean request, List<String> revisions, Handling handling) {}

    private static final List<String> ALL = List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", Era.MODERN);
    private static final List<String> HANDSHAKE = ALL.subList(0, 4);
    private static final List<String> TASKS = ALL.subList(3, 4);
    private static final List<String> TASKS_AND_EXTENSION = ALL.subList(3, 5);
    private static final List<String> MODERN = ALL.subList(4, 5);

    private static final List<Route> TABLE = List.of(
            ask("initialize", HANDSHAKE, Handling.INITIALIZE),
            ask("server/discover", MODERN, Handling.DISCOVER),
            ask("ping", HANDSHAKE, Handling.PING),
            ask("logging/setLevel", HANDSHAKE, Handling.SET_LEVEL),
            ask("tools/list", ALL, Handling.LIST),
            ask("tools/call", ALL, Handling.CALL),
            ask("prompts/list", ALL, Handling.LIST),
            ask("prompts/get", ALL, Handling.CALL),
            ask("resources/list", ALL, Handling.LIST),
            ask("resources/templates/list", ALL, Handling.LIST),
            ask("resources/read", ALL, Handling.CALL),
            ask("resources/subscribe", HANDSHAKE, Handling.SUBSCRIBE),
            ask("resources/unsubscribe", HANDSHAKE, Handling.UNSUBSCRIBE),
            ask("subscriptions/listen", MODERN, Handling.LISTEN),
            ask("completion/complete", ALL, Handling.CALL),
            ask("tasks/get", TASKS_AND_EXTENSION, Handling.TASK),
            ask("tasks/result", TASKS, Handling.TASK),
            ask("tasks/list", TASKS, Handling.LIST),
            ask("tasks/cancel", TASKS_AND_EXTENSION, Handling.TASK),
            ask("tasks/update", MODERN, Handling.TASK),
            tell("notifications/initialized", HANDSHAKE, Handling.INITIALIZED),
            tell("notifications/cancelled", ALL, Handling.CANCELLED),
            tell("notifications/progress", HANDSHAKE, Handling.DROPPED),
            tell("notifications/roots/list_changed", HANDSHAKE, Handling.PASS_ON),
            tell("notifications/tasks/status", TASKS, Handling.DROPPED),
            asked("ping", HANDSHAKE, Handling.PING),
            asked("sampling/createMessage", ALL, Handling.QUESTION),
            asked("elicitation/create", ALL.subList(2, 5), Handling.QUESTION),
            asked("roots/list", ALL, Handling.QUESTION),
            asked("tasks/get", TASKS, Handling.NOT_OFFERED),
            asked("tasks/result", TASKS, Handling.NOT_OFFERED),
            asked("tasks/list", TASKS, Handling.NOT_OFFERED),
            asked("tasks/cancel", TASKS, Handling.NOT_OFFERED),
            told("notifications/cancelled", ALL, Handling.CANCELLED),
            told("notifications/progress", ALL, Handling.OF_REQUEST),
            told("notifications/message", ALL, Handling.OF_REQUEST),
            told("notifications/tools/list_changed", ALL, Handling.LIST_CHANGED),
            told("notifications/prompts/list_changed", ALL, Handling.LIST_CHANGED),
            told("notifications/resources/list_changed", ALL, Handling.LIST_CHANGED),
            told("notifications/resources/updated", ALL, Handling.UPDATED),
            told("notifications/subscriptions/acknowledged", MODERN, Handling.ACKNOWLEDGED),
            told("notifications/tasks/status", TASKS, Handling.OF_REQUEST),
            told("notifications/elicitation/complete", TASKS, Handling.OF_REQUEST));

    private static final Map<String, Route> BY_KEY = index();

    private Protocol() {}

    private static Route ask(String method, List<String> revisions, Handling handling) {
        return new Route(method, Direction.TO_SERVER, true, revisions, handling);
    }

    private static Route tell(String method, List<String> revisions, Handling handling) {
        return new Route(method, Direction.TO_SERVER, false, revisions, handling);
    }

    private static Route asked(String method, List<String> revisions, Handling handling) {
        return new Route(method, Direction.TO_CLIENT, true, revisions, handling);
    }

    private static Route told(String method, List<String> revisions, Handling handling) {
        return new Route(method, Direction.TO_CLIENT, false, revisions, handling);
    }

    private static Map<String, Route> index() {
        Map<String, Route> index = new HashMap<>();
        TABLE.forEach(route -> index.put(key(route.direction(), route.request(), route.method()), route));
        return Map.copyOf(index);
    }

    private static String key(Direction direction, boolean request, String method) {
        return (direction == Direction.TO_SERVER ? ">" : "<") + (request ? "?" : "!") + method;
    }

    /** All rows. */
    public static List<Route> table() {
        return TABLE;
    }

    /**
     * What to do with a message.
     *
     * @param era what it speaks; a method of the other era is not known
     */
    public static Optional<Handling> handling(Direction direction, Frame frame, Era era) {
        Route route = BY_KEY.get(key(direction, frame.kind() == Frame.Kind.REQUEST, frame.method()));
        return Optional.ofNullable(route).filter(found -> speaks(found, era)).map(Route::handling);
    }

    private static boolean speaks(Route route, Era era) {
        return era == Era.PER_REQUEST
                ? route.revisions().contains(Era.MODERN)
                : route.revisions().stream().anyMatch(Era.HANDSHAKES::contains);
    }

    /** The table as it stands in the documentation. */
    public static String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("| method | sent by | revisions | ");
        Arrays.stream(Stage.values())
                .map(stage -> stage.name().charAt(0) + stage.name().substring(1).toLowerCase(Locale.ROOT))
                .forEach(stage -> out.append(stage).append(" | "));
        out.append("what the gate does |\n|---|---|---|");
        out.append("---|".repeat(Stage.values().length)).append("---|\n");
        for (Route route : TABLE) {
            out.append("| `").append(route.method()).append("` | ");
            out.append(route.direction() == Direction.TO_SERVER ? "client" : "server")
                    .append(" | ");
            out.append(span(route.revisions())).append(" | ");
            for (Stage stage : Stage.values()) {
                out.append(route.handling().stages().contains(stage) ? "x" : "").append(" | ");
            }
            out.append(route.handling().meaning()).append(" |\n");
        }
        return out.toString();
    }

    private static String span(List<String> revisions) {
        String first = revisions.get(0);
        String last = revisions.get(revisions.size() - 1);
        if (revisions.size() == ALL.size()) {
            return "all";
        }
        return first.equals(last) ? first : first + " to " + last;
    }
}

package dev.ilura.approval;

import dev.ilura.ApprovalTicket;
import dev.ilura.Arguments;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tickets as the gate makes them. */
public final class Tickets {
    public static final Instant ISSUED = Instant.parse("2026-11-22T12:00:00Z");

    private String id = "0123456789abcdef0123456789abcdef";
    private RiskLane lane = RiskLane.MEDIUM;
    private String server = "files";
    private Tool tool = Tool.of(JsonValue.parse("{\"name\":\"write_file\",\"description\":\"Writes a file\"}"));
    private Map<String, ?> arguments = Map.of("path", "/srv/docs/a.md", "content", "hello");
    private @Nullable String display;
    private String launch = "how ";
    private String reason = "writes need a person";
    private String principal = "local";
    private List<Path> roots = List.of();
    private int approvers = 1;
    private Instant issued = ISSUED;
    private Duration life = Duration.ofSeconds(60);

    private Tickets() {}

    public static Tickets ticket() {
        return new Tickets();
    }

    public static ApprovalTicket of(RiskLane lane) {
        return ticket().lane(lane).make();
    }

    public Tickets id(String id) {
        this.id = id;
        return this;
    }

    public Tickets lane(RiskLane lane) {
        this.lane = lane;
        return this;
    }

    public Tickets tool(String json) {
        this.tool = Tool.of(JsonValue.parse(json));
        return this;
    }

    public Tickets server(String server) {
        this.server = server;
        return this;
    }

    public Tickets arguments(Map<String, ?> arguments) {
        this.arguments = arguments;
        return this;
    }

    /** By another command than before. */
    public Tickets startedOtherwise() {
        this.launch = "how else ";
        return this;
    }

    public Tickets display(String display) {
        this.display = display;
        return this;
    }

    public Tickets reason(String reason) {
        this.reason = reason;
        return this;
    }

    public Tickets principal(String principal) {
        this.principal = principal;
        return this;
    }

    public Tickets roots(Path... roots) {
        this.roots = List.of(roots);
        return this;
    }

    public Tickets approvers(int approvers) {
        this.approvers = approvers;
        return this;
    }

    public Tickets issued(Instant issued) {
        this.issued = issued;
        return this;
    }

    public Tickets life(Duration life) {
        this.life = life;
        return this;
    }

    public ApprovalTicket make() {
        Arguments args = Arguments.of(arguments);
        ToolCall call = ToolCall.to(server, tool)
                .id("call-" + id)
                .session("session-1")
                .principal(principal)
                .serverIdentity(Digests.sha256Hex(launch + server + " is started"))
                .roots(roots)
                .arguments(args)
                .build();
        return new ApprovalTicket(
                id,
                Digests.sha256Hex("nonce of " + id),
                issued,
                issued.plus(life),
                "ilura",
                call,
                "policy-1",
                new RuleRef("default.rules[2]", "config.toml:41"),
                lane,
                reason,
                display != null
                        ? display
                        : server + "/" + tool.name() + " " + args.json().raw(),
                approvers,
                "0:none");
    }
}

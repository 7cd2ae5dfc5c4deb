package dev.ilura.benchmarks.corpus;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.benchmarks.corpus.CaseReport.Verdict;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.policy.ArgumentKind;
import dev.ilura.policy.ArgumentLimits;
import dev.ilura.policy.Condition;
import dev.ilura.policy.Policies;
import dev.ilura.policy.RulesPolicy;
import dev.ilura.policy.scope.FileTree;
import dev.ilura.policy.scope.HostFacts;
import dev.ilura.policy.scope.PathDialect;
import dev.ilura.policy.scope.PathScope;
import dev.ilura.policy.scope.ProgramArgument;
import dev.ilura.policy.scope.Scope;
import dev.ilura.policy.scope.SecretScope;
import dev.ilura.policy.scope.SqlDialect;
import dev.ilura.policy.scope.SqlScope;
import dev.ilura.policy.scope.UrlScope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Scores the policy on a corpus of tool calls. The code that decides is the product's own; a case brings its directories,
 * links and names through the interfaces {@link FileTree} and {@link HostFacts}.
 */
public final class ArgsCorpus {
    private ArgsCorpus() {}

    /** {@code CASES.jsonl [--summary]}. */
    public static void main(String[] args) throws IOException {
        CaseReport.main(args, ArgsCorpus::judge);
    }

    static Verdict judge(JsonValue one) {
        JsonValue scope = one.member("scope").orElseThrow();
        Arguments arguments;
        try {
            arguments = arguments(one, scope);
        } catch (MalformedJsonException e) {
            return new Verdict("deny", "ILR-FRAME-001", String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Verdict("deny", "ILR-FRAME-002", String.valueOf(e.getMessage()));
        }
        ToolCall call = ToolCall.to("server", tool(one)).arguments(arguments).build();
        RulesPolicy policy = policy(call.tool().name(), scope, arguments);
        Optional<Decision.Deny> invalid = policy.validate(call);
        Decision decision = invalid.isPresent() ? invalid.get() : policy.decide(call);
        return decision instanceof Decision.Deny deny
                ? new Verdict("deny", deny.code(), deny.reason())
                : new Verdict("allow", "", String.join("; ", decision.trace()));
    }

    private static Arguments arguments(JsonValue one, JsonValue scope) {
        Optional<JsonValue> raw = one.member("raw");
        JsonLimits limits = new JsonLimits(
                number(scope, "maxBytes", JsonLimits.ARGUMENTS.maxBytes()),
                number(scope, "maxDepth", JsonLimits.ARGUMENTS.maxDepth()),
                number(scope, "maxNumberDigits", JsonLimits.ARGUMENTS.maxNumberLength()),
                number(scope, "maxAbsExponent", JsonLimits.ARGUMENTS.maxExponent()));
        byte[] bytes = raw.isPresent()
                ? raw.get().text().getBytes(StandardCharsets.UTF_8)
                : one.member("args").orElseThrow().bytes();
        return Arguments.of(JsonValue.parse(bytes, limits));
    }

    private static Tool tool(JsonValue one) {
        Map<String, Object> tool = new LinkedHashMap<>();
        tool.put("name", CaseReport.text(one, "tool"));
        one.member("inputSchema").ifPresent(schema -> tool.put("inputSchema", schema.toJava()));
        return Tool.of(JsonValue.of(tool));
    }

    private static RulesPolicy policy(String tool, JsonValue scope, Arguments arguments) {
        ArgumentLimits limits = new ArgumentLimits(
                number(scope, "maxKeysPerObject", ArgumentLimits.DEFAULTS.keys()),
                number(scope, "maxArray", ArgumentLimits.DEFAULTS.elements()),
                number(scope, "maxStringLength", ArgumentLimits.DEFAULTS.characters()));
        return Policies.rules()
                .limits(limits)
                .allow("server/*", conditions(tool, scope, arguments).toArray(Condition[]::new))
                .denyOthers();
    }

    private static List<Condition> conditions(String tool, JsonValue scope, Arguments arguments) {
        String parameter = CaseReport.text(scope, "param");
        return switch (CaseReport.text(scope, "type")) {
            case "directory" -> alike(tool, parameter, arguments, path(scope));
            case "url" -> alike(tool, parameter, arguments, url(scope));
            case "sql" ->
                List.of(Condition.of(
                        parameter,
                        SqlScope.readOnly(SqlDialect.named(CaseReport.text(scope, "dialect"))
                                .orElseThrow())));
            case "commandArg" ->
                List.of(Condition.of(
                        parameter,
                        CaseReport.text(scope, "sink").equals("shell")
                                ? ProgramArgument.shellWord()
                                : ProgramArgument.argv()));
            case "egress" -> List.of(Condition.of("*", SecretScope.noCredential()));
            case "json", "schema" -> List.of();
            default -> throw new IllegalArgumentException("unknown scope " + scope);
        };
    }

    /** A condition on every argument whose name says that it is of the same kind; {@code paths} beside {@code path}. */
    private static List<Condition> alike(String tool, String parameter, Arguments arguments, Scope scope) {
        ArgumentKind wanted = ArgumentKind.of(tool, parameter);
        Set<String> names = new LinkedHashSet<>();
        for (String name : arguments.json().members().keySet()) {
            if (name.equals(parameter)
                    || (ArgumentKind.of(tool, name) == wanted && !name.equalsIgnoreCase(parameter))) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            names.add(parameter);
        }
        List<Condition> conditions = new ArrayList<>();
        names.forEach(name -> conditions.add(Condition.of(name, scope)));
        return conditions;
    }

    private static Scope path(JsonValue scope) {
        PathScope inside = PathScope.insideOf(FixtureTree.of(scope), texts(scope, "roots"))
                .except(texts(scope, "deny"))
                .withOneName();
        return CaseReport.text(scope, "access").equals("read") ? inside.forReading() : inside;
    }

    private static Scope url(JsonValue scope) {
        List<Integer> ports = new ArrayList<>();
        scope.member("ports")
                .ifPresent(all -> all.elements()
                        .forEach(port -> ports.add(port.integer().orElseThrow().intValue())));
        return UrlScope.publicHosts()
                .schemes(texts(scope, "schemes"))
                .hosts(texts(scope, "hosts"))
                .ports(ports)
                .knowing(FixtureHosts.of(scope));
    }

    static List<String> texts(JsonValue object, String key) {
        return object.member(key).map(JsonValue::elements).orElse(List.of()).stream()
                .map(JsonValue::text)
                .toList();
    }

    private static int number(JsonValue object, String key, int otherwise) {
        return object.member(key)
                .flatMap(JsonValue::integer)
                .map(Math::toIntExact)
                .orElse(otherwise);
    }

    /** The links that a case names; everything else is there, at its own place. */
    private record FixtureTree(PathDialect dialect, Map<String, String> links, Set<String> hardLinks)
            implements FileTree {
        private static final int MAX_LINKS = 16;

        static FixtureTree of(JsonValue scope) {
            String os = CaseReport.text(scope, "os");
            PathDialect dialect = os.startsWith("windows")
                    ? PathDialect.WINDOWS
                    : os.startsWith("macos") ? PathDialect.MACOS : PathDialect.POSIX;
            Map<String, String> links = new LinkedHashMap<>();
            Set<String> hardLinks = new LinkedHashSet<>();
            scope.member("fixtures")
                    .ifPresent(fixtures -> fixtures.members().forEach((path, fact) -> {
                        String[] parts = fact.text().split(" -> ", 2);
                        if (fact.text().startsWith("hard link")) {
                            hardLinks.add(path);
                        } else if (parts.length == 2) {
                            links.put(path, parts[1]);
                        }
                    }));
            return new FixtureTree(dialect, links, hardLinks);
        }

        @Override
        public Optional<String> realPath(String absolute) throws IOException {
            return Optional.of(follow(absolute, MAX_LINKS));
        }

        private String follow(String path, int left) throws IOException {
            if (left == 0) {
                throw new IOException("too many links");
            }
            String separator = dialect == PathDialect.WINDOWS ? "\\" : "/";
            for (Map.Entry<String, String> link : links.entrySet()) {
                String from = link.getKey();
                boolean through = same(path, from)
                        || (path.length() > from.length()
                                && same(path.substring(0, from.length()), from)
                                && path.startsWith(separator, from.length()));
                if (through) {
                    String parent = from.substring(0, from.lastIndexOf(separator));
                    String target = switch (link.getValue()) {
                        case ".." -> parent.substring(0, parent.lastIndexOf(separator));
                        default ->
                            link.getValue().startsWith("/") || link.getValue().indexOf(':') == 1
                                    ? link.getValue()
                                    : parent + separator + link.getValue();
                    };
                    return follow(target + path.substring(from.length()), left - 1);
                }
            }
            return path;
        }

        private boolean same(String one, String other) {
            return dialect == PathDialect.POSIX ? one.equals(other) : one.equalsIgnoreCase(other);
        }

        @Override
        public boolean hasOtherNames(String absolute) {
            return hardLinks.stream().anyMatch(link -> same(link, absolute));
        }

        @Override
        public boolean isLink(String absolute) {
            return links.keySet().stream().anyMatch(link -> same(link, absolute));
        }
    }

    /** The names and redirects that a case knows. */
    private record FixtureHosts(Map<String, List<String>> names, Map<String, String> redirects) implements HostFacts {
        static FixtureHosts of(JsonValue scope) {
            Map<String, List<String>> names = new LinkedHashMap<>();
            scope.member("dns")
                    .ifPresent(dns -> dns.members()
                            .forEach((name, addresses) -> names.put(
                                    name,
                                    addresses.elements().stream()
                                            .map(JsonValue::text)
                                            .toList())));
            Map<String, String> redirects = new LinkedHashMap<>();
            scope.member("redirects")
                    .ifPresent(all -> all.members().forEach((from, to) -> redirects.put(from, to.text())));
            return new FixtureHosts(names, redirects);
        }

        @Override
        public Optional<List<String>> addresses(String host) {
            return Optional.of(names.getOrDefault(host, List.of()));
        }

        @Override
        public Optional<String> redirect(String url) {
            return Optional.ofNullable(redirects.get(url)).or(() -> Optional.ofNullable(redirects.get(url + "/")));
        }
    }
}

package dev.ilura.internal.own;

import dev.ilura.Caution;
import dev.ilura.ServerSpec;
import dev.ilura.ToolCall;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.OwnTool;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A {@link ToolProvider} as a server like any other. */
public final class OwnServer implements ServerSpec {
    private final ToolProvider provider;

    public OwnServer(ToolProvider provider) {
        this.provider = provider;
    }

    public ToolProvider provider() {
        return provider;
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public List<Path> roots() {
        return provider.roots();
    }

    @Override
    public Optional<Caution> caution(ToolCall call) {
        return provider.caution(call);
    }

    @Override
    public Transport transport() {
        return (receiver, gate) -> {
            List<JsonValue> definitions =
                    provider.tools().stream().map(OwnTool::definition).toList();
            String identity = identity(definitions);
            gate.admit(new StartRequest(
                    identity,
                    "The gateway's own tools \"" + provider.name() + "\", in its own process.",
                    Optional.empty(),
                    Map.of("transport", "own")));
            return new OwnConnection(identity, provider, receiver);
        };
    }

    private String identity(List<JsonValue> definitions) {
        JsonValue whole = JsonValue.of(Map.of(
                "class", provider.getClass().getName(),
                "roots", provider.roots().stream().map(Path::toString).toList(),
                "tools",
                        definitions.stream()
                                .map(definition -> Digests.sha256Hex(CanonicalJson.of(definition)))
                                .toList()));
        return Digests.sha256Hex(CanonicalJson.of(whole));
    }
}

package dev.ilura.gateway.cli;

import dev.ilura.Gateway;
import dev.ilura.IluraException;
import dev.ilura.Inventory;
import dev.ilura.ServerSpec;
import dev.ilura.Tool;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.policy.manifest.ManifestGuard;
import dev.ilura.spi.ManifestReview;
import dev.ilura.spi.PinStore;
import dev.ilura.spi.PinStore.Pinned;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a server says about itself now, and what is to be said about that. Starts the server. */
final class Looking {
    private final Map<String, List<ManifestReview.Remark>> remarks = new TreeMap<>();
    private Pinned offered = Pinned.NOTHING;

    private Looking() {}

    /**
     * @throws IluraException if the server cannot be started
     */
    static Looking at(GatewayConfig config, ServerSpec server) {
        Looking looking = new Looking();
        PinStore sight = PinStore.inMemory();
        try (Gateway gateway = config.openToLook(server, sight, looking.reviewing(ManifestGuard.create()))) {
            gateway.tools();
            Inventory.Server seen = gateway.inventory().server(server.name()).orElseThrow();
            if (seen.state() != Inventory.State.READY) {
                throw new IluraException(
                        "ILR-SERVER-001",
                        "Server \"" + server.name() + "\" could not be started: "
                                + seen.problem().orElse("no reason is known") + ".",
                        "Run ilura check spawn with its command line.");
            }
        }
        looking.offered = sight.read(server.name());
        return looking;
    }

    /** Everything is taken down, and nothing refused: a person is looking. */
    private ManifestReview reviewing(ManifestReview guard) {
        return new ManifestReview() {
            @Override
            public List<Remark> entry(String server, Tool entry) {
                List<Remark> all = guard.entry(server, entry);
                if (!all.isEmpty()) {
                    remarks.put(entry.name(), all);
                }
                return List.of();
            }

            @Override
            public List<Remark> instructions(String server, String text) {
                List<Remark> all = guard.instructions(server, text);
                if (!all.isEmpty()) {
                    remarks.put(Pinned.INSTRUCTIONS, all);
                }
                return List.of();
            }
        };
    }

    /** What it offers, as a pin of all of it. */
    Pinned offered() {
        return offered;
    }

    /** What is remarkable about entries, by their names. */
    Map<String, List<ManifestReview.Remark>> remarks() {
        return remarks;
    }
}

package dev.ilura.audit;

import dev.ilura.audit.format.WitnessKey;
import dev.ilura.spi.Settings;
import java.net.URI;
import java.util.Optional;

/** The anchor {@code witness}. Settings: {@code url} (the submission prefix), {@code key} ({@code name+id+base64}). */
public final class WitnessAnchorProvider implements AnchorProvider {
    /** For {@link java.util.ServiceLoader}. */
    public WitnessAnchorProvider() {}

    @Override
    public String name() {
        return "witness";
    }

    @Override
    public Optional<Anchor> create(Settings settings) {
        Optional<URI> url = AnchorSettings.address(settings, "url");
        Optional<String> key = settings.text("key").filter(WitnessAnchorProvider::isKey);
        if (key.isEmpty()) {
            settings.problem(
                    "key",
                    "The anchor needs the witness's Ed25519 key.",
                    "Write key = \"name+id+base64\" as the witness publishes it (type 0x04).");
        }
        return url.flatMap(address -> key.map(line -> Anchor.witness(address, line)));
    }

    private static boolean isKey(String line) {
        try {
            WitnessKey.parse(line);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}

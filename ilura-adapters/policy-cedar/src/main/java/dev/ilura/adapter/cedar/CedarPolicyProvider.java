package dev.ilura.adapter.cedar;

import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.PolicyEngineProvider;
import dev.ilura.spi.Settings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code [pods.NAME.cedar] file = "policy.cedar"}. Selected by the name {@code cedar}. */
public final class CedarPolicyProvider implements PolicyEngineProvider {
    private static final long MAX_BYTES = 4L << 20;

    /** For {@link java.util.ServiceLoader}. */
    public CedarPolicyProvider() {}

    @Override
    public String name() {
        return "cedar";
    }

    @Override
    public Optional<PolicyEngine> create(Settings settings) {
        Optional<Settings> table = settings.table("cedar");
        Optional<Path> file = table.flatMap(cedar -> cedar.path("file"));
        if (file.isEmpty()) {
            settings.problem("cedar", "There are no Cedar policies.", "Write cedar = { file = \"policy.cedar\" }.");
            return Optional.empty();
        }
        return create(table.get(), file.get());
    }

    private static Optional<PolicyEngine> create(Settings table, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                table.problem("file", "The file is longer than " + MAX_BYTES + " bytes.", "Name a file of policies.");
                return Optional.empty();
            }
            return Optional.of(CedarPolicy.of(Files.readString(file), String.valueOf(file.getFileName())));
        } catch (CharacterCodingException e) {
            table.problem("file", "The file is not UTF-8 text.", "Save it as UTF-8.");
        } catch (IOException e) {
            table.problem("file", "The file cannot be read: " + e.getMessage() + ".", "Check the path.");
        } catch (IllegalArgumentException e) {
            table.problem("file", "The file is not usable: " + e.getMessage() + ".", "Correct the policies.");
        } catch (UnsatisfiedLinkError e) {
            table.problem(
                    "file",
                    "Cedar's native library does not load here: " + e.getMessage() + ".",
                    "Use policy = \"rules\" on this system.");
        }
        return Optional.empty();
    }
}

package dev.ilura.tools.time;

import dev.ilura.spi.ToolException;
import dev.ilura.tools.file.UnifiedDiff;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.RootTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Differences from now to then, as far as they are text and fit into an answer. */
final class Differences {
    private static final long LARGEST = 256 << 10;
    private static final int ALL = 200_000;

    private final SnapshotStore store;
    private final Function<Path, Optional<RootTree>> trees;

    Differences(SnapshotStore store, Function<Path, Optional<RootTree>> trees) {
        this.store = store;
        this.trees = trees;
    }

    /** @param asked the path that the caller named: a secret is shown only if it was named itself */
    String of(List<Restoration.Step> steps, Optional<String> asked) throws ToolException {
        StringBuilder out = new StringBuilder();
        for (Restoration.Step step : steps) {
            boolean text = step.now().kind() == Entry.Kind.FILE || step.then().kind() == Entry.Kind.FILE;
            if (!text) {
                continue;
            }
            if (out.length() > ALL) {
                return out.append("\n... more differences are not shown; name a path\n")
                        .toString();
            }
            out.append('\n').append(one(step, asked));
        }
        return out.toString();
    }

    private String one(Restoration.Step step, Optional<String> asked) throws ToolException {
        String path = step.path().toString();
        boolean secret =
                trees.apply(step.path()).filter(tree -> tree.namesSecret(path)).isPresent();
        boolean named = asked.filter(name -> trees.apply(step.path())
                        .filter(tree -> tree.namesSecret(name))
                        .isPresent())
                .isPresent();
        if (secret && !named) {
            return path + ": looks like a secret and is not shown\n";
        }
        Optional<String> now = now(step);
        Optional<String> then = then(step);
        if (now.isEmpty() || then.isEmpty()) {
            return path + ": " + step.now().size() + " bytes now, "
                    + step.then().size() + " bytes then; not text, or too large to show\n";
        }
        return UnifiedDiff.of(path, now.get(), then.get());
    }

    private Optional<String> now(Restoration.Step step) throws ToolException {
        if (step.now().kind() != Entry.Kind.FILE) {
            return Optional.of("");
        }
        if (step.now().size() > LARGEST) {
            return Optional.empty();
        }
        try (Place place = trees.apply(step.path())
                        .orElseThrow()
                        .findLink(step.path().toString());
                InputStream in = place.read()) {
            return text(in.readNBytes((int) LARGEST + 1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<String> then(Restoration.Step step) {
        if (step.then().kind() != Entry.Kind.FILE) {
            return Optional.of("");
        }
        if (step.then().size() > LARGEST) {
            return Optional.empty();
        }
        try {
            return text(store.bytes(step.then().content()).getBytes((int) LARGEST + 1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf(0) >= 0 || bytes.length > LARGEST ? Optional.empty() : Optional.of(text);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}

package dev.ilura.gateway;

import dev.ilura.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where {@code ${secret:name}} comes from: the file {@code secrets/name} in the state directory, or else the environment
 * variable {@code ILURA_SECRET_NAME}. A file that others may read is no secret and is refused.
 */
final class SecretSource {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{secret:([^}]*)\\}");
    /** A name is one path segment without dots, so it cannot lead out of the directory. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    private static final int MAX_BYTES = 64 << 10;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path directory;
    private final Map<String, String> environment;
    private final List<Secret> given = new ArrayList<>();

    SecretSource(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    /** Whether a text has a reference in it, well-formed or not. */
    static boolean isReferredTo(String text) {
        return text.contains("${secret:");
    }

    /** The text with every reference replaced. */
    Secret resolve(String text) throws UnresolvedSecretException {
        Matcher reference = REFERENCE.matcher(text);
        StringBuilder out = new StringBuilder();
        int end = 0;
        while (reference.find()) {
            String value = valueOf(reference.group(1));
            given.add(Secret.of(value));
            out.append(text, end, reference.start()).append(value);
            end = reference.end();
        }
        String rest = text.substring(end);
        if (isReferredTo(rest)) {
            throw new UnresolvedSecretException("A \"${secret:\" has no end.", "Write ${secret:name}.");
        }
        return Secret.of(out.append(rest).toString());
    }

    /** Every secret that was put into a text so far. */
    List<Secret> given() {
        return List.copyOf(given);
    }

    private String valueOf(String name) throws UnresolvedSecretException {
        if (!NAME.matcher(name).matches()) {
            throw new UnresolvedSecretException(
                    "\"" + name + "\" is no name for a secret.", "Use letters, digits, '-' and '_', at most 64.");
        }
        Path file = directory.resolve(name);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return contentOf(file);
        }
        String variable = "ILURA_SECRET_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        String value = environment.get(variable);
        if (value == null) {
            throw new UnresolvedSecretException(
                    "The secret \"" + name + "\" is not there.",
                    "Put it into the file " + file + " (mode 0600) or into the environment variable " + variable + ".");
        }
        return value;
    }

    private static String contentOf(Path file) throws UnresolvedSecretException {
        try {
            checkAccess(file);
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return decode(file, in.readNBytes(MAX_BYTES + 1));
            }
        } catch (IOException e) {
            throw new UnresolvedSecretException(
                    "The secret's file " + file + " cannot be read: "
                            + e.getClass().getSimpleName() + ".",
                    "Make it a plain file that you own, mode 0600.");
        }
    }

    /** Another user of the machine could read the secret, or put his own value there. */
    private static void checkAccess(Path file) throws IOException, UnresolvedSecretException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new UnresolvedSecretException(
                    "The secret's file " + file + " is no plain file.", "Replace it by a plain file, mode 0600.");
        }
        if (view != null && view.readAttributes().permissions().stream().anyMatch(OTHERS::contains)) {
            throw new UnresolvedSecretException(
                    "The secret's file " + file + " is open to other users of this machine.", "Run: chmod 600 " + file);
        }
    }

    private static String decode(Path file, byte[] content) throws UnresolvedSecretException {
        if (content.length > MAX_BYTES) {
            throw new UnresolvedSecretException(
                    "The secret's file " + file + " is longer than " + MAX_BYTES + " bytes.",
                    "Keep only the secret in it.");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return text.replaceFirst("\\r?\\n\\z", "");
        } catch (CharacterCodingException e) {
            throw new UnresolvedSecretException(
                    "The secret's file " + file + " is not UTF-8 text.", "Store it as UTF-8.");
        }
    }
}

package dev.ilura.gateway;

import dev.ilura.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/**
 * A configuration file while it is read: its tables, and every mistake that was found so far. A line that is no TOML is
 * one mistake; what follows from it (a key that seems to be missing because its line could not be read) is not reported.
 */
final class ConfigFile {
    private static final int MAX_BYTES = 1 << 20;

    private final String name;
    private final Path directory;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final Set<String> missing = new HashSet<>();
    private final SyntaxDamage damage;
    private final TomlSettings root;
    private SecretSource secrets;

    private ConfigFile(Path file, String text) {
        Path absolute = file.toAbsolutePath().normalize();
        this.name = String.valueOf(absolute.getFileName());
        this.directory = absolute.getParent() == null ? absolute : absolute.getParent();
        this.secrets = new SecretSource(directory, Map.of());
        TomlParseResult parsed = Toml.parse(text);
        SyntaxDamage.Lines lines = new SyntaxDamage.Lines(text);
        for (TomlParseError error : parsed.errors()) {
            int line = error.position().line();
            problems.add(new ConfigProblem(
                    name,
                    lines.keyOn(line),
                    line,
                    "This is no TOML: " + error.getMessage() + " (column "
                            + error.position().column() + ").",
                    "Correct the line; strings need quotes, tables [brackets], and a key may stand once."));
        }
        this.damage = new SyntaxDamage(lines, problems);
        this.root = TomlSettings.root(this, parsed);
    }

    /**
     * @throws ConfigException if the file cannot be read as text
     */
    static ConfigFile read(Path file) {
        return new ConfigFile(file, textOf(file));
    }

    TomlSettings root() {
        return root;
    }

    String name() {
        return name;
    }

    /** A path as written, seen from the file's directory. */
    Path resolve(Path written) {
        return directory.resolve(written).normalize();
    }

    /** Secrets are looked up there from now on. */
    void secretsFrom(SecretSource source) {
        this.secrets = source;
    }

    Secret resolveSecrets(String text) throws UnresolvedSecretException {
        return secrets.resolve(text);
    }

    /** Every secret that some part of the gateway was given. */
    List<Secret> secretsGiven() {
        return secrets.given();
    }

    /** Whether a table may have been lost as a whole. */
    boolean mayMissTables() {
        return damage.hidesTables();
    }

    /** Whether the key on this line may belong to a table whose header could not be read. */
    boolean isMisplaced(int line) {
        return damage.misplaces(line);
    }

    /** Notes a mistake. */
    void note(String key, int line, String what, String fix) {
        ConfigProblem problem = new ConfigProblem(name, key, line, what, fix);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    /** Notes that a key is missing, unless it may have stood on a line that could not be read. */
    void noteMissing(String key, int tableLine, String what, String fix) {
        if (!damage.mayHide(tableLine)) {
            missing.add(key);
            note(key, tableLine, what, fix);
        }
    }

    /** The key is there after all, under a misspelt name. */
    void isNotMissing(String key) {
        if (missing.remove(key)) {
            problems.removeIf(problem -> problem.key().equals(key));
        }
    }

    /**
     * @throws ConfigException if any mistake was noted
     */
    void requireFine() {
        if (!problems.isEmpty()) {
            List<ConfigProblem> inOrder = new ArrayList<>(problems);
            inOrder.sort(Comparator.comparingInt(ConfigProblem::line));
            throw new ConfigException(name, inOrder);
        }
    }

    private static String textOf(Path file) {
        String name = String.valueOf(file.getFileName());
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw unreadable(
                        name, "The file is longer than " + MAX_BYTES + " bytes.", "Name a configuration file.");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable(name, "The file is not UTF-8 text.", "Save it as UTF-8.");
        } catch (NoSuchFileException e) {
            throw unreadable(name, "There is no file " + file.toAbsolutePath() + ".", "Check the path.");
        } catch (IOException e) {
            throw unreadable(
                    name,
                    "The file " + file.toAbsolutePath() + " cannot be read: " + e.getMessage() + ".",
                    "Check its type and permissions.");
        }
    }

    private static ConfigException unreadable(String name, String what, String fix) {
        return new ConfigException(name, List.of(new ConfigProblem(name, "", 0, what, fix)));
    }
}

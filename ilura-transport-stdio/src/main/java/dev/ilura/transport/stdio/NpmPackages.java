package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.text.VisibleText;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Packages of npm, installed once into a store that is addressed by content. npm runs without the package's scripts, with an
 * empty configuration and home, shut in as far as the machine can; every archive must have the integrity that the lock
 * file names. Afterwards the tree is sealed, and its digest decides what may start.
 */
final class NpmPackages implements PackageResolver {
    private static final JsonLimits LOCK = new JsonLimits(64 << 20, 64, 400, 400);
    private static final String USER_SETTINGS = "user.npmrc";
    private static final String GLOBAL_SETTINGS = "global.npmrc";
    private static final String MODULES = "node_modules";
    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private final Path store;
    private final SpawnRules rules;
    private final Errand npm;
    private final Optional<String> address;

    /**
     * @param store made if it is not there
     * @param rules whose known holes count
     * @param npm runs npm with further words, in a directory
     * @param address of another registry than npm's own
     */
    NpmPackages(Path store, SpawnRules rules, Errand npm, Optional<String> address) {
        this.store = store;
        this.rules = rules;
        this.npm = npm;
        this.address = address;
    }

    @Override
    public String registry() {
        return "npm";
    }

    @Override
    public InstalledPackage install(String name, String version, String program) {
        String wanted = version.isEmpty() ? name : name + "@" + version;
        Path pin = store.resolve("pins").resolve(Digests.sha256Hex(address.orElse("") + " " + wanted));
        ONE_AT_A_TIME.lock();
        try {
            if (!Files.exists(pin)) {
                fetch(wanted, pin);
            }
            return installed(
                    name,
                    wanted,
                    program,
                    Files.readString(pin, StandardCharsets.US_ASCII).strip());
        } catch (IOException | MalformedJsonException e) {
            throw failed(wanted, String.valueOf(e.getMessage()), e);
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    /** Into a directory of its own first: half an installation never has a name in the store. */
    private void fetch(String wanted, Path pin) throws IOException {
        Files.createDirectories(pin.getParent());
        Path staging = Files.createTempDirectory(store, "new-");
        try {
            Errand.Result result = npm.run(staging, words(staging, wanted));
            if (result.status() != 0) {
                throw new IOException("npm ended with status " + result.status() + ". " + result.lastWords());
            }
            requireIntegrity(json(staging.resolve("package-lock.json")));
            FileTree.removeAll(staging, ".bin");
            Files.delete(staging.resolve(USER_SETTINGS));
            Files.delete(staging.resolve(GLOBAL_SETTINGS));
            Files.deleteIfExists(staging.resolve(MODULES).resolve(".package-lock.json"));
            keep(staging, pin);
        } finally {
            PrivateDirectories.remove(staging);
        }
    }

    private List<String> words(Path staging, String wanted) throws IOException {
        Path user = Files.createFile(staging.resolve(USER_SETTINGS));
        Path global = Files.createFile(staging.resolve(GLOBAL_SETTINGS));
        List<String> words = new java.util.ArrayList<>(List.of(
                "install",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--no-update-notifier",
                "--omit=dev",
                "--save-exact",
                "--bin-links=false",
                "--install-links=true",
                "--loglevel=error",
                "--userconfig=" + user,
                "--globalconfig=" + global,
                "--prefix=" + staging));
        address.ifPresent(url -> words.add("--registry=" + url));
        words.addAll(List.of("--", wanted));
        return words;
    }

    /** An entry without integrity came from somewhere else than the registry. */
    private static void requireIntegrity(JsonValue lock) throws IOException {
        for (Map.Entry<String, JsonValue> entry : lock.member("packages")
                .orElseThrow(() -> new IOException("npm wrote no lock file that can be read"))
                .members()
                .entrySet()) {
            JsonValue one = entry.getValue();
            boolean inside = one.member("inBundle").isPresent();
            if (!entry.getKey().isEmpty() && !inside && one.member("integrity").isEmpty()) {
                throw new IOException("the lock file names no integrity for " + entry.getKey());
            }
        }
    }

    private void keep(Path staging, Path pin) throws IOException {
        String digest = FileTree.digest(staging);
        Path kept = store.resolve(digest);
        if (!Files.exists(kept)) {
            FileTree.seal(staging);
            makeMovable(staging);
            Files.move(staging, kept, StandardCopyOption.ATOMIC_MOVE);
            FileTree.seal(kept);
        }
        Path fresh = Files.createTempFile(pin.getParent(), "pin", ".new");
        Files.writeString(fresh, digest + "\n");
        Files.move(fresh, pin, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A directory without the right to write cannot be given another parent. */
    private static void makeMovable(Path directory) {
        directory.toFile().setWritable(true, true);
    }

    private InstalledPackage installed(String name, String wanted, String program, String digest) throws IOException {
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new IOException("the pin of " + wanted + " was damaged");
        }
        Path directory = store.resolve(digest);
        requireUnchanged(wanted, directory, digest);
        JsonValue entry = json(directory.resolve("package-lock.json"))
                .member("packages")
                .flatMap(packages -> packages.member(MODULES + "/" + name))
                .orElseThrow(() -> new IOException("npm installed no " + name));
        String version = text(entry, "version");
        if (rules.hasKnownHole(name, version)) {
            throw new IluraException(
                    "ILR-SPAWN-023",
                    "The registry gives " + name + "@" + version + ", a version with a known hole.",
                    "Name a newer version.");
        }
        Path file = program(directory.resolve(MODULES).resolve(name), name, program);
        return new InstalledPackage(name, version, directory, file, text(entry, "integrity"), digest);
    }

    /** The attack: to change a file in the store after a person agreed to it. */
    private static void requireUnchanged(String wanted, Path directory, String digest) throws IOException {
        if (!FileTree.digest(directory).equals(digest)) {
            throw new IluraException(
                    "ILR-SPAWN-009",
                    "The installed package " + wanted + " is not as it was installed: a file in " + directory
                            + " changed.",
                    "Find out who changed it; then remove the directory, and the package is installed anew.");
        }
    }

    private static Path program(Path directory, String name, String program) throws IOException {
        JsonValue bin = json(directory.resolve("package.json"))
                .member("bin")
                .orElseThrow(() -> new IOException("the package has no program"));
        String own = program.isEmpty() ? name.substring(name.indexOf('/') + 1) : program;
        String relative = bin.isString() ? bin.text() : entry(bin.members(), own);
        Path file = directory.resolve(relative).normalize();
        if (!file.startsWith(directory) || !Files.isRegularFile(file)) {
            throw new IOException("the program " + relative + " is no file of the package");
        }
        return file;
    }

    /** As npx chooses: the one named for the package, or the only one. */
    private static String entry(Map<String, JsonValue> programs, String own) throws IOException {
        JsonValue found = programs.get(own);
        if (found == null && programs.size() == 1) {
            found = programs.values().iterator().next();
        }
        if (found == null || !found.isString()) {
            throw new IOException("the package has the programs " + programs.keySet() + ", and none is called " + own);
        }
        return found.text();
    }

    private static JsonValue json(Path file) throws IOException {
        return JsonValue.parse(Files.readAllBytes(file), LOCK);
    }

    private static String text(JsonValue object, String name) throws IOException {
        return object.member(name)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElseThrow(() -> new IOException("the lock file names no " + name));
    }

    private static IluraException failed(String wanted, String why, Exception cause) {
        return new IluraException(
                "ILR-SPAWN-024",
                "The package " + VisibleText.oneLine(wanted) + " could not be installed: " + VisibleText.block(why),
                "Check name, version and network; packages = \"launcher\" in [spawn] lets the launcher fetch it at each start.",
                cause);
    }
}

package dev.ilura.transport.stdio.spawn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What has been understood of one command line so far. Used by one thread, for one judgement. */
final class Reading {
    private final Places places;
    private final List<Consent> consents = new ArrayList<>();
    private final SortedMap<String, String> files = new TreeMap<>();
    private @Nullable String artefact;
    private @Nullable Location directory;
    private @Nullable PackageName source;
    private boolean classPath;
    private int serverArgs;

    Reading(Places places) {
        this.places = places;
    }

    Places places() {
        return places;
    }

    Os os() {
        return places.os();
    }

    SpawnRules rules() {
        return places.rules();
    }

    /** Something a person has to weigh. The line can still be refused. */
    void ask(String code, String why) {
        consents.add(new Consent(code, why));
    }

    Optional<Consent> consent() {
        return consents.stream().findFirst();
    }

    List<Consent> consents() {
        return consents;
    }

    /** What decides which code runs. */
    void artefact(String name) {
        artefact = name;
    }

    Optional<String> artefact() {
        return Optional.ofNullable(artefact);
    }

    /** A file whose content belongs to the identity. */
    void file(Location real) {
        files.put(real.text(), "");
    }

    SortedMap<String, String> files() {
        return files;
    }

    /** The directory that relative paths start from. */
    void directory(Location trusted) {
        directory = trusted;
    }

    Optional<Location> directory() {
        return Optional.ofNullable(directory);
    }

    /** The package that a program is taken from, if it was named apart from the program. */
    void source(PackageName named) {
        source = named;
    }

    Optional<PackageName> source() {
        return Optional.ofNullable(source);
    }

    /** Where the launcher stops reading, counted in its arguments. */
    void serverArgs(int index) {
        serverArgs = index;
    }

    int serverArgs() {
        return serverArgs;
    }

    void classPath() {
        classPath = true;
    }

    boolean hasClassPath() {
        return classPath;
    }

    /** A reason to ask. */
    record Consent(String code, String why) {}
}

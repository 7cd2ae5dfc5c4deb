package dev.ilura.tools.tree;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/** Names of files and directories that usually hold secrets. A guess by name, so that a human looks first. Immutable. */
public final class SecretNames {
    /** What is taken for a secret unless somebody says otherwise; a name that starts with '!' is none. */
    public static final List<String> DEFAULTS = List.of(
            "!.env.example",
            "!.env.sample",
            "!.env.template",
            "!*.pub",
            ".env",
            ".env.*",
            "*.env",
            "*.pem",
            "*.key",
            "*.p12",
            "*.pfx",
            "*.jks",
            "*.keystore",
            "*.kdbx",
            "*.ppk",
            "id_rsa*",
            "id_dsa*",
            "id_ecdsa*",
            "id_ed25519*",
            ".ssh",
            ".gnupg",
            ".aws",
            ".azure",
            ".kube",
            ".netrc",
            "_netrc",
            ".npmrc",
            ".pypirc",
            ".pgpass",
            ".htpasswd",
            ".git-credentials",
            ".dockercfg",
            ".vault-token",
            "credentials",
            "credentials.*",
            "secrets.*",
            "service-account*.json",
            "shadow");

    private final List<Glob> names;
    private final List<Glob> exceptions;

    /** @param patterns globs over one name, read without case; one with '!' before it is an exception */
    public SecretNames(List<String> patterns) {
        this.names = patterns.stream()
                .filter(pattern -> !pattern.startsWith("!"))
                .map(pattern -> new Glob(folded(pattern)))
                .toList();
        this.exceptions = patterns.stream()
                .filter(pattern -> pattern.startsWith("!"))
                .map(pattern -> new Glob(folded(pattern.substring(1))))
                .toList();
    }

    /** Whether one of the names in the path is one of a secret. Upper and lower case are one: on some disks they are. */
    public boolean isSecret(Path path) {
        for (Path name : path) {
            String folded = folded(name.toString());
            if (exceptions.stream().noneMatch(glob -> glob.matches(folded))
                    && names.stream().anyMatch(glob -> glob.matches(folded))) {
                return true;
            }
        }
        return false;
    }

    private static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }
}

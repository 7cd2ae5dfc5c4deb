package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.transport.stdio.PackageResolver.InstalledPackage;
import dev.ilura.transport.stdio.spawn.SpawnPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Turns {@code npx name@1.2.3} into {@code node .../main.js}: what starts is files that were installed, hashed and agreed
 * to, and neither a package manager nor a registry has a say at the start.
 *
 * @param resolver installs packages
 * @param node the program that runs them
 */
record Lowering(PackageResolver resolver, String node) {
    private static final Set<String> LAUNCHERS = Set.of("npx", "npm", "pnpm", "yarn");

    /** Whether a plan names a package of this registry. */
    boolean covers(SpawnPlan plan) {
        return LAUNCHERS.contains(plan.launcher()) && plan.artefact().startsWith(resolver.registry() + ":");
    }

    /**
     * Installs the package.
     *
     * @throws IluraException ILR-SPAWN-024, ILR-SPAWN-023, ILR-SPAWN-009
     */
    Lowered lower(SpawnPlan plan) {
        String named = plan.artefact().substring(resolver.registry().length() + 1);
        int at = named.indexOf('@', 1);
        String name = at < 0 ? named : named.substring(0, at);
        String version = at < 0 ? "" : named.substring(at + 1);
        InstalledPackage installed = resolver.install(name, version, program(plan, name));
        List<String> args = new ArrayList<>(List.of(installed.program().toString()));
        args.addAll(plan.args().subList(plan.serverArgs(), plan.args().size()));
        TreeMap<String, String> files = new TreeMap<>();
        files.put(installed.program().toString(), "");
        String artefact = resolver.registry() + ":" + name + "@" + installed.version() + " tree sha256:"
                + installed.treeSha256() + " " + installed.integrity();
        return new Lowered(
                new SpawnPlan("node", node, args, plan.envNames(), plan.cwd(), artefact, files, 1), installed, version);
    }

    /** The program where it is named apart from the package, {@code --package=name@1.2.3 program}. */
    private static String program(SpawnPlan plan, String name) {
        String last = plan.args().get(plan.serverArgs() - 1);
        return last.equals(name) || last.startsWith(name + "@") ? "" : last;
    }

    /**
     * What became of it.
     *
     * @param asked the version as it was written
     */
    record Lowered(SpawnPlan plan, InstalledPackage installed, String asked) {
        /** For the question about a package that was not pinned: by now it is. */
        Optional<String> chosen() {
            return asked.equals(installed.version())
                    ? Optional.empty()
                    : Optional.of("The registry gives version " + installed.version()
                            + "; that one is installed, and stays until its pin is removed.");
        }
    }
}

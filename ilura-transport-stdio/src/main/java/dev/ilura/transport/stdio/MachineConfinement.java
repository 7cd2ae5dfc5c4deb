package dev.ilura.transport.stdio;

import dev.ilura.transport.stdio.confine.Confinement;
import dev.ilura.transport.stdio.confine.Confinements;
import dev.ilura.transport.stdio.spawn.Os;

/**
 * What this machine can shut a server in with, at most. Found out by trying, once for the process.
 *
 * @param level name of the strongest level, as it stands in the log: {@code bubblewrap+landlock-7}, {@code none}
 * @param holds whether it keeps a server from the files and processes of the user at all
 * @param cutsNetwork whether {@code network = "none"} can be enforced
 * @param namesHosts whether a list of hosts can be enforced
 * @param setsLimits whether {@code limits} can be enforced
 */
public record MachineConfinement(
        String level, boolean holds, boolean cutsNetwork, boolean namesHosts, boolean setsLimits) {

    /** The strongest there is here. */
    public static MachineConfinement strongest() {
        Confinements machine = Host.THIS.confinements();
        Confinement strongest = machine.strongest();
        return new MachineConfinement(
                strongest.level(),
                strongest.isHeld(),
                strongest.cutsNetwork(),
                strongest.cutsNetwork() && strongest.hasOwnFiles(),
                machine.prlimit().isPresent());
    }

    /** One line for people. */
    public String summary() {
        if (!holds) {
            return level + ": servers run with all rights of this user";
        }
        return level + ": own files only" + (cutsNetwork ? ", network can be cut" : "")
                + (namesHosts ? " or held to named hosts" : "") + (setsLimits ? ", limits" : "");
    }

    /** What to do for more; empty if there is no more to be had. */
    public String advice() {
        if (namesHosts) {
            return "";
        }
        return switch (Os.current()) {
            case LINUX ->
                "Install the package bubblewrap" + (holds ? "." : ", or run on Java 22 or newer for Landlock.");
            case MACOS -> holds ? "" : "sandbox-exec does not work here; demands for confinement are refused.";
            case WINDOWS -> "There is no confinement on Windows yet; servers that demand one are refused.";
        };
    }
}

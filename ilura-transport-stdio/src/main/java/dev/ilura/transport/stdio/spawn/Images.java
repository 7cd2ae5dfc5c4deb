package dev.ilura.transport.stdio.spawn;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Container images by reference. */
final class Images {
    private static final Pattern REFERENCE = Pattern.compile(
            "(?<name>((localhost|[A-Za-z0-9][A-Za-z0-9-]*(\\.[A-Za-z0-9-]+)+|[A-Za-z0-9.-]+(?=:[0-9]))(:[0-9]{1,5})?/)?"
                    + "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*)"
                    + "(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@sha256:(?<digest>[0-9a-f]{64}))?");
    /** What may stand before a name without changing what it names: the usual registry, a mirror of its own images. */
    private static final Pattern HUB =
            Pattern.compile("^(((registry-1|index)\\.)?docker\\.io/)?(([A-Za-z0-9.-]+/)*library/)?");

    private static final Set<String> INLINE = Set.of("-c", "-e", "-r", "-p", "--eval", "--exec", "-i", "-");
    /** Programs that no server has as a word of its own, as {@code start} or {@code open} could be. */
    private static final Set<String> TOOLS = Set.of(
            "env", "sudo", "su", "doas", "nsenter", "chroot", "unshare", "xargs", "nohup", "setsid", "timeout", "socat",
            "nc", "ncat", "netcat", "curl", "wget", "ssh", "telnet", "strace", "gdb", "docker", "dd", "tar", "rm",
            "cat");

    private static final Set<String> GENERAL = Set.copyOf(Lists.lines("general-images.list"));

    private Images() {}

    static void judge(Token token, Reading reading) {
        Matcher matcher = REFERENCE.matcher(token.text());
        if (!matcher.matches()) {
            throw new Refusal(
                    "ILR-SPAWN-014",
                    "This is no reference to an image.",
                    token,
                    "Write name@sha256: and 64 hexadecimal digits, or name:tag.");
        }
        String name = HUB.matcher(matcher.group("name")).replaceFirst("");
        if (GENERAL.contains(name)) {
            throw new Refusal(
                    "ILR-SPAWN-017",
                    "The image holds no server: its arguments or its input would be the program.",
                    token,
                    "Name an image made for the server.");
        }
        reading.artefact("oci:" + token.text());
        if (matcher.group("digest") == null) {
            reading.ask("ILR-SPAWN-100", "The image is not pinned by digest: a tag can be moved to another image.");
        }
    }

    /** Without an entry point of its own, an image runs its first argument: a shell there is a program by another name. */
    static void judgeArguments(List<String> args, int at, int index, Reading reading) {
        boolean image =
                reading.artefact().filter(name -> name.startsWith("oci:")).isPresent();
        if (!image || at >= args.size()) {
            return;
        }
        String first = args.get(at);
        String program = first.substring(first.lastIndexOf('/') + 1);
        boolean inline = Programs.isInterpreter(program) && at + 1 < args.size() && INLINE.contains(args.get(at + 1));
        boolean byPath = first.startsWith("/") && Programs.kind(program).isPresent();
        if (Programs.isShell(program) || inline || byPath || TOOLS.contains(program)) {
            throw new Refusal(
                    "ILR-SPAWN-017",
                    "The program in the container would run code from the command line.",
                    new Token(first, index),
                    "Leave it out, so that the image runs its own program.");
        }
    }
}

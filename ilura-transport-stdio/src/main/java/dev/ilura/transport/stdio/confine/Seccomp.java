package dev.ilura.transport.stdio.confine;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A filter over the system calls of a thread and of all that it starts: it closes what Landlock leaves open. Without it a
 * child could send datagrams, talk to the daemons that listen on sockets in the file system (a container engine's, for
 * example), or ask for sockets through io_uring. See seccomp(2); the numbers are those of the kernel's tables.
 */
final class Seccomp {
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_AT_LEAST = 0x35;
    private static final int RETURN = 0x06;

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;

    private static final int ALLOW = 0x7FFF0000;
    private static final int KILL = 0x80000000;
    private static final int NOT_PERMITTED = 0x00050000 | 1;
    private static final int NO_ACCESS = 0x00050000 | 13;
    /** Where x86 keeps a second table of the same calls. */
    private static final int SECOND_TABLE = 0x40000000;

    /** IPv4, IPv6, and the netlink that tells of interfaces. */
    private static final List<Integer> NETWORK = List.of(2, 10, 16);

    private static final long SET_FILTER = 1;
    private static final int CAPABILITIES_VERSION = 0x20080522;

    private final Numbers numbers;
    private final Filter open;
    private final Filter closed;

    /** Everything is made here: a thread that is shut in already may not even read the classes for it. */
    private Seccomp(Numbers numbers) {
        this.numbers = numbers;
        open = Filter.of(program(true));
        closed = Filter.of(program(false));
    }

    /** Empty on a processor whose numbers are not known here. */
    static Optional<Seccomp> here() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> Optional.of(new Seccomp(Numbers.X86_64));
            case "aarch64" -> Optional.of(new Seccomp(Numbers.AARCH64));
            default -> Optional.empty();
        };
    }

    /**
     * Filters the calling thread, for good; no_new_privs has to be set.
     *
     * @param network whether sockets of the internet may be made
     */
    void shutIn(Kernel kernel, boolean network) throws IOException {
        dropCapabilities(kernel);
        Filter filter = network ? open : closed;
        ByteBuffer head = Kernel.memory(16);
        head.putShort(0, filter.length).putLong(8, kernel.address(filter.code));
        try {
            if (kernel.syscall(numbers.seccomp, SET_FILTER, 0, kernel.address(head), 0) != 0) {
                throw new IOException("seccomp failed");
            }
        } finally {
            Reference.reachabilityFence(filter.code);
            Reference.reachabilityFence(head);
        }
    }

    /** With those of the administrator a child could read what other processes keep in memory; no exec gives them back. */
    private void dropCapabilities(Kernel kernel) throws IOException {
        ByteBuffer head = Kernel.memory(8).putInt(0, CAPABILITIES_VERSION);
        ByteBuffer none = Kernel.memory(24);
        try {
            if (kernel.syscall(numbers.capset, kernel.address(head), kernel.address(none), 0, 0) != 0) {
                throw new IOException("capset failed");
            }
        } finally {
            Reference.reachabilityFence(head);
            Reference.reachabilityFence(none);
        }
    }

    private List<Instruction> program(boolean network) {
        List<Instruction> program = new ArrayList<>();
        program.add(new Instruction(LOAD_WORD, 0, 0, ARCHITECTURE));
        program.add(new Instruction(JUMP_EQUAL, 1, 0, numbers.architecture));
        program.add(new Instruction(RETURN, 0, 0, KILL));
        program.add(new Instruction(LOAD_WORD, 0, 0, NUMBER));
        program.add(new Instruction(JUMP_AT_LEAST, 0, 1, SECOND_TABLE));
        program.add(new Instruction(RETURN, 0, 0, NOT_PERMITTED));
        for (int call : numbers.denied()) {
            program.add(new Instruction(JUMP_EQUAL, 0, 1, call));
            program.add(new Instruction(RETURN, 0, 0, NOT_PERMITTED));
        }
        List<Integer> families = network ? NETWORK : List.of();
        program.add(new Instruction(JUMP_EQUAL, 0, 2 + 2 * families.size(), numbers.socket));
        program.add(new Instruction(LOAD_WORD, 0, 0, FIRST_ARGUMENT));
        for (int family : families) {
            program.add(new Instruction(JUMP_EQUAL, 0, 1, family));
            program.add(new Instruction(RETURN, 0, 0, ALLOW));
        }
        program.add(new Instruction(RETURN, 0, 0, NO_ACCESS));
        program.add(new Instruction(RETURN, 0, 0, ALLOW));
        return program;
    }

    /** A program as the kernel reads it. */
    private record Filter(short length, ByteBuffer code) {
        static Filter of(List<Instruction> program) {
            ByteBuffer code = Kernel.memory(8 * program.size());
            program.forEach(one -> code.putShort((short) one.code)
                    .put((byte) one.ifTrue)
                    .put((byte) one.ifFalse)
                    .putInt(one.operand));
            return new Filter((short) program.size(), code);
        }
    }

    /** {@code struct sock_filter} */
    private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

    /**
     * System calls by number. Denied are: looking into other processes, mounting, loading code into the kernel, its keyrings,
     * its event rings and counters, other namespaces, files by handle instead of by path.
     */
    private enum Numbers {
        X86_64(
                0xC000003E,
                317,
                126,
                41,
                "101 310 311 438 165 166 155 428 429 430 432 321 250 248 249 323 246 320 175 313 176 425 426 427 298 308 304"),
        AARCH64(
                0xC00000B7,
                277,
                91,
                198,
                "117 270 271 438 40 39 41 428 429 430 432 280 219 217 218 282 104 294 105 273 106 425 426 427 241 268 265");

        final int architecture;
        final int seccomp;
        final int capset;
        final int socket;
        private final String denied;

        Numbers(int architecture, int seccomp, int capset, int socket, String denied) {
            this.architecture = architecture;
            this.seccomp = seccomp;
            this.capset = capset;
            this.socket = socket;
            this.denied = denied;
        }

        List<Integer> denied() {
            return Stream.of(denied.split(" ", -1)).map(Integer::valueOf).toList();
        }
    }
}

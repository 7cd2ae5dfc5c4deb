package dev.ilura.transport.stdio.confine;

import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A few calls into the Linux kernel. They need the foreign-function API, which is final from Java 22 on; it is looked up
 * by name, so that one jar, built with any JDK, runs on Java 17 without these calls and on Java 22 with them.
 */
final class Kernel {
    private static final int O_PATH = 0x200000;
    private static final int O_CLOEXEC = 0x80000;

    private final MethodHandle syscall;
    private final MethodHandle prctl;
    private final MethodHandle open;
    private final MethodHandle close;
    private final Method segmentOfBuffer;
    private final Method address;

    private Kernel() throws ReflectiveOperationException {
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        segmentOfBuffer = segment.getMethod("ofBuffer", java.nio.Buffer.class);
        address = segment.getMethod("address");
        Functions functions = new Functions();
        syscall = functions.find(
                "syscall", 1, "JAVA_LONG", "JAVA_LONG", "JAVA_LONG", "JAVA_LONG", "JAVA_LONG", "JAVA_LONG");
        prctl = functions.find("prctl", 1, "JAVA_INT", "JAVA_INT", "JAVA_LONG", "JAVA_LONG", "JAVA_LONG", "JAVA_LONG");
        open = functions.find("open", 2, "JAVA_INT", "JAVA_LONG", "JAVA_INT");
        close = functions.find("close", 1, "JAVA_INT", "JAVA_INT");
    }

    /** Empty where the API is missing or native access is forbidden to this module. */
    static Optional<Kernel> here() {
        if (Runtime.version().feature() < 22) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Kernel());
        } catch (ReflectiveOperationException | RuntimeException forbidden) {
            return Optional.empty();
        }
    }

    /** A system call whose second and third argument are memory or a number. */
    long syscall(long number, long first, long second, long third, long fourth) {
        return (long) invoke(syscall, number, first, second, third, fourth);
    }

    int prctl(int option, long value) {
        return (int) invoke(prctl, option, value, 0L, 0L, 0L);
    }

    /** A descriptor that stands for a path; negative if there is none. */
    int openPath(String path) {
        byte[] text = path.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = memory(text.length + 1).put(text).put((byte) 0);
        try {
            return (int) invoke(open, address(buffer), O_PATH | O_CLOEXEC);
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    void close(int descriptor) {
        invoke(close, descriptor);
    }

    static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Where the buffer starts; the caller keeps it reachable as long as the number is in use. */
    long address(ByteBuffer buffer) {
        try {
            return (long) address.invoke(
                    segmentOfBuffer.invoke(null, buffer.duplicate().rewind()));
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object invoke(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("a call into the kernel failed", e);
        }
    }

    /** Functions of the C library as method handles. */
    private static final class Functions {
        private final Class<?> layouts = Class.forName("java.lang.foreign.ValueLayout");
        private final Class<?> layout = Class.forName("java.lang.foreign.MemoryLayout");
        private final Class<?> descriptor = Class.forName("java.lang.foreign.FunctionDescriptor");
        private final Class<?> option = Class.forName("java.lang.foreign.Linker$Option");
        private final Class<?> linkers = Class.forName("java.lang.foreign.Linker");
        private final Object linker = linkers.getMethod("nativeLinker").invoke(null);
        private final Object lookup = linkers.getMethod("defaultLookup").invoke(linker);

        Functions() throws ReflectiveOperationException {}

        /**
         * @param fixed how many arguments stand before the variable ones
         * @param types of the result and of the arguments
         */
        MethodHandle find(String name, int fixed, String... types) throws ReflectiveOperationException {
            Object function = Class.forName("java.lang.foreign.SymbolLookup")
                    .getMethod("find", String.class)
                    .invoke(lookup, name);
            Object arguments = Array.newInstance(layout, types.length - 1);
            for (int i = 1; i < types.length; i++) {
                Array.set(arguments, i - 1, layouts.getField(types[i]).get(null));
            }
            Object signature = descriptor
                    .getMethod("of", layout, arguments.getClass())
                    .invoke(null, layouts.getField(types[0]).get(null), arguments);
            Object options = Array.newInstance(option, fixed < types.length - 1 ? 1 : 0);
            if (fixed < types.length - 1) {
                Array.set(
                        options,
                        0,
                        option.getMethod("firstVariadicArg", int.class).invoke(null, fixed));
            }
            Method downcall = Arrays.stream(linkers.getMethods())
                    .filter(method -> method.getName().equals("downcallHandle") && method.getParameterCount() == 3)
                    .findFirst()
                    .orElseThrow(NoSuchMethodException::new);
            return (MethodHandle) downcall.invoke(
                    linker, ((Optional<?>) function).orElseThrow(NoSuchMethodException::new), signature, options);
        }
    }
}

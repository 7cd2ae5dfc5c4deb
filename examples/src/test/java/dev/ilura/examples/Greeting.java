package dev.ilura.examples;

import dev.ilura.CallOutcome.Completed;
import java.nio.file.Path;
import java.util.Map;

/** Prints whether the server's greeting arrives, over the plain SDK and over Ilura. */
final class Greeting {
    private Greeting() {}

    public static void main(String[] args) {
        String plain = Sides.plain("greet", Map.of());
        String gated = ((Completed) Sides.gated("greet", Map.of(), Path.of("/"))).text();
        System.out.println("plain: " + verdict(plain));
        System.out.println("Ilura: " + verdict(gated));
        System.exit(0);
    }

    private static String verdict(String greeting) {
        return greeting.equals(WitnessServer.GREETING) ? "intact" : "damaged";
    }
}

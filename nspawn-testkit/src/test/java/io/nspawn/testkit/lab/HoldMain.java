package io.nspawn.testkit.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/** Takes a part in the machine as it is told, says so, and keeps it until it is killed or its input ends. */
final class HoldMain {
    private HoldMain() {}

    /** Takes the mode, shared or exclusive, and the file of the lock. */
    public static void main(String[] arguments) throws IOException {
        try (MachineHold hold = MachineHold.take(arguments[0], Path.of(arguments[1]), Duration.ofMinutes(1))) {
            PrintStream out = System.out;
            out.println("held");
            System.in.read();
        }
    }
}

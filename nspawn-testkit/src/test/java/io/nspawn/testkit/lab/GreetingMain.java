package io.nspawn.testkit.lab;

import java.io.PrintStream;

/** Says what it is given and where it runs, and ends with a code of its own. */
final class GreetingMain {
    private GreetingMain() {}

    public static void main(String[] arguments) {
        PrintStream out = System.out;
        out.println(System.getProperty("greeting") + " " + arguments[0] + " " + Runtime.version());
        System.exit(3);
    }
}

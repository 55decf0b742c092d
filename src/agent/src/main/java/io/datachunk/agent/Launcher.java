package io.datachunk.agent;

import java.lang.reflect.InvocationTargetException;

/**
 * The first class of the jar. Compiled for Java 17, unlike all others, so that an older Java than they need is told in one
 * line rather than by an error about class files.
 */
public final class Launcher {
    private static final int NEEDED = 25;

    private Launcher() {}

    public static void main(String[] arguments) throws Throwable {
        int running = Runtime.version().feature();
        if (running < NEEDED) {
            System.err.println("datachunk-agent: needs Java " + NEEDED + " or newer, but this is Java " + running
                    + ": start it with a newer java");
            System.exit(1);
        }
        try {
            Class.forName("io.datachunk.agent.Main")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

package io.datachunk.operator;

/** The first class that runs: compiled for old JVMs, so that one of them can say what is needed instead of failing on a class file. */
public final class Launcher {
    private static final int NEEDED = 25;

    private Launcher() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
        int found = Runtime.version().feature();
        if (found < NEEDED) {
            System.err.println("datachunk-operator needs Java " + NEEDED + " or newer, and this is Java " + found);
            System.exit(1);
        }
        // By name: the compiler of this class cannot read classes made for a newer JVM.
        Class.forName("io.datachunk.operator.OperatorCommand")
                .getMethod("main", String[].class)
                .invoke(null, (Object) arguments);
    }
}

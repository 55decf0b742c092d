package io.datachunk.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The agent as a program. */
public final class Main {
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        Lifetime lifetime = new Lifetime();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            complain(
                    failure instanceof UncheckedIOException
                            ? line(failure)
                            : "the thread " + thread.getName() + " ended by a defect: " + line(failure));
            LoggerFactory.getLogger(Main.class).debug("the defect", failure);
            lifetime.end(FAILURE);
        });
        lifetime.end(execute(new AgentCommand(lifetime), arguments));
    }

    /** Runs the command; its exit code. */
    static int execute(AgentCommand command, String... arguments) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((problem, _) -> {
                    complain(firstLine(String.valueOf(problem.getMessage())) + " (--help says more)");
                    return USAGE;
                })
                .setExecutionExceptionHandler((failure, _, _) -> {
                    complain(line(failure));
                    LoggerFactory.getLogger(Main.class).debug("the failure", failure);
                    return FAILURE;
                })
                .execute(arguments);
    }

    private static void complain(String line) {
        System.err.println("datachunk-agent: " + line);
        System.err.flush();
    }

    /** A failure as one line for people. */
    static String line(Throwable failure) {
        return switch (failure) {
            case UncheckedIOException wrapped when wrapped.getCause() != null -> line(wrapped.getCause());
            case FileSystemException file
            when file.getReason() == null ->
                firstLine(file.getFile() + ": " + words(file.getClass().getSimpleName()));
            case IOException failed -> firstLine(String.valueOf(failed.getMessage()));
            case IllegalArgumentException refused -> firstLine(String.valueOf(refused.getMessage()));
            default -> firstLine("a defect: " + failure);
        };
    }

    /** {@code AccessDeniedException} as {@code access denied}. */
    private static String words(String className) {
        return className
                .replaceAll("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(java.util.Locale.ROOT);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("unknown");
    }
}

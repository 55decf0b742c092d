package io.datachunk.operator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.LoggerFactory;

/** Sets up how log lines look; they go to standard error. Stateless. */
final class Logs {
    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %msg%n%ex";

    /** Stack traces of others say little beyond their first lines, and come again with each attempt while a server is away. */
    private static final String LINE_OF_OTHERS = LINE + "{1}";

    private Logs() {}

    /** How a line looks. */
    enum Format {
        text,
        json
    }

    /** How much is logged. */
    enum LogLevel {
        error,
        warn,
        info,
        debug
    }

    static void start(Format format, LogLevel level) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        context.reset();
        ch.qos.logback.classic.Logger others = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        others.setLevel(Level.WARN);
        others.addAppender(console(context, encoder(format, LINE_OF_OTHERS)));
        ch.qos.logback.classic.Logger ours = context.getLogger("io.datachunk");
        ours.setLevel(Level.toLevel(level.name()));
        ours.addAppender(console(context, encoder(format, LINE)));
        ours.setAdditive(false);
        // Says at every start that a server may be newer than the client.
        context.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils")
                .setLevel(Level.ERROR);
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        return console;
    }

    private static Encoder<ILoggingEvent> encoder(Format format, String line) {
        return switch (format) {
            case text -> {
                PatternLayoutEncoder lines = new PatternLayoutEncoder();
                lines.setPattern(line);
                yield lines;
            }
            case json -> json();
        };
    }

    private static Encoder<ILoggingEvent> json() {
        JsonEncoder json = new JsonEncoder();
        json.setWithFormattedMessage(true);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithContext(false);
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.setWithMDC(false);
        json.setWithMarkers(false);
        json.setWithKVPList(false);
        return json;
    }
}

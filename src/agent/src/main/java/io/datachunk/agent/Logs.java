package io.datachunk.agent;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import io.datachunk.agent.progress.Screen;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** Sets up where log lines go and how they look. Stateless. */
final class Logs {
    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %msg%n%ex";

    private Logs() {}

    /** How a line looks. */
    enum Format {
        text,
        json
    }

    /** Sends every line to the screen from now on. */
    static void start(Screen screen, Format format, Level level) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            return;
        }
        context.reset();
        Encoder<ILoggingEvent> encoder = switch (format) {
            case text -> {
                PatternLayoutEncoder lines = new PatternLayoutEncoder();
                lines.setPattern(LINE);
                yield lines;
            }
            case json -> {
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
                yield json;
            }
        };
        encoder.setContext(context);
        encoder.start();
        ScreenAppender appender = new ScreenAppender(screen, encoder);
        appender.setContext(context);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger("io.datachunk").setLevel(level);
        // The client tells of each of its tries to reach an API server, at length; the agent says once that it is away.
        context.getLogger("io.fabric8.kubernetes").setLevel(level.isGreaterOrEqual(Level.INFO) ? Level.ERROR : level);
    }

    /** Writes above the progress table. Thread-safe, as the screen is. */
    private static final class ScreenAppender extends AppenderBase<ILoggingEvent> {
        private final Screen screen;
        private final Encoder<ILoggingEvent> encoder;

        ScreenAppender(Screen screen, Encoder<ILoggingEvent> encoder) {
            this.screen = screen;
            this.encoder = encoder;
        }

        @Override
        protected void append(ILoggingEvent event) {
            screen.write(encoder.encode(event));
        }
    }
}

package io.datachunk.manager.transfer;

import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges the head of an answer against what was asked and declared. Pure.
 *
 * @param file what is declared of the file
 * @param maxFileBytes the configured limit
 * @param wallClock only to understand a {@code Retry-After} that is a date without a {@code Date} beside it
 */
record AnswerRules(FileSpec file, long maxFileBytes, Instant wallClock) {
    /** A source that asks for more patience than this is asked again all the same. */
    static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(10);

    /** RFC 9110, 8.8.2.2: a Last-Modified is strong if it is at least a second older than the Date; a minute is clear. */
    private static final Duration CLEARLY_OLDER = Duration.ofMinutes(1);

    private static final List<String> FRAMING_HEADERS = List.of("Content-Length", "Content-Range", "Transfer-Encoding");
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes \\d{1,18}-\\d{1,18}/(\\d{1,18})");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

    /**
     * What is there already, and what it belongs to.
     *
     * @param bytes from the beginning of the file; 0: all of it was asked for
     * @param validator that the request carried
     * @param total of the whole file, as the answer said that these bytes are from
     */
    record Begun(long bytes, Optional<String> validator, OptionalLong total) {}

    /** Judges an answer to the request for the rest of what has begun, at the URL of this hop. */
    Verdict judge(Source.Answer answer, URI asked, Begun begun) {
        String from = " from " + SafeUrl.of(asked);
        return switch (answer.status()) {
            case 200 -> accept(answer, from);
            case 206 -> begun.bytes() > 0 ? acceptRange(answer, from, begun) : unasked(answer, from);
            case 416 -> begun.bytes() > 0 ? new Verdict.Restart() : unasked(answer, from);
            case 301, 302, 303, 307, 308 -> redirect(answer, asked, from);
            case 404, 410 ->
                lasting(Reason.NOT_FOUND, answer.status() + from + ": put the file there or correct the url");
            case 401, 403 ->
                lasting(
                        Reason.FORBIDDEN,
                        answer.status() + from
                                + ": renew the signature of the url or give the agent credentials for the host");
            case 408, 425, 429, 500, 502, 503, 504 -> later(answer.status() + from, answer);
            default ->
                answer.status() >= 400 && answer.status() < 500
                        ? lasting(Reason.FORBIDDEN, answer.status() + from + ": correct the url")
                        : later("unexpected answer " + answer.status() + from, answer);
        };
    }

    /** The whole file, also where only a part was asked for. */
    private Verdict accept(Source.Answer answer, String from) {
        Optional<Verdict> malformed = malformed(answer, from);
        if (malformed.isPresent()) {
            return malformed.get();
        }
        OptionalLong length = contentLength(answer);
        boolean framed = length.isPresent() || isChunked(answer);
        if (!framed && file.sizeBytes().isEmpty()) {
            return lasting(
                    Reason.SIZE_MISMATCH,
                    "no length" + from + ", so a cut body could not be told from a whole one: declare sizeBytes");
        }
        OptionalLong total = length.isPresent() ? length : file.sizeBytes();
        Optional<String> range = answer.header("Content-Range");
        if (range.isPresent() && !isRange(range.get(), 0, total)) {
            return lasting(Reason.SIZE_MISMATCH, "a part of the file" + from + " as if it were the whole");
        }
        return checkTotal(total, from).orElseGet(() -> new Verdict.Accept(0, total, strongValidator(answer), framed));
    }

    private Verdict acceptRange(Source.Answer answer, String from, Begun begun) {
        Optional<Verdict> malformed = malformed(answer, from);
        if (malformed.isPresent()) {
            return malformed.get();
        }
        Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        if (!range.matches() || !strongValidator(answer).equals(begun.validator())) {
            return new Verdict.Restart();
        }
        long total = Long.parseLong(range.group(1));
        long rest = total - begun.bytes();
        OptionalLong length = contentLength(answer);
        if (!isRange(range.group(), begun.bytes(), OptionalLong.of(total))
                || length.orElse(rest) != rest
                || begun.total().orElse(total) != total) {
            return new Verdict.Restart();
        }
        boolean framed = length.isPresent() || isChunked(answer);
        return checkTotal(OptionalLong.of(total), from)
                .orElseGet(() -> new Verdict.Accept(begun.bytes(), OptionalLong.of(total), begun.validator(), framed));
    }

    /** Whether a Content-Range is that of everything from an offset on. */
    private static boolean isRange(String contentRange, long offset, OptionalLong total) {
        return total.isPresent()
                && contentRange.equals("bytes " + offset + "-" + (total.getAsLong() - 1) + "/" + total.getAsLong());
    }

    private static OptionalLong contentLength(Source.Answer answer) {
        return answer.header("Content-Length").map(Long::parseLong).stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    private static boolean isChunked(Source.Answer answer) {
        return answer.header("Transfer-Encoding").isPresent();
    }

    private Verdict unasked(Source.Answer answer, String from) {
        return later(answer.status() + from + ", which was asked for no range", answer);
    }

    /** Whether its bytes are not the file's, or it says two things at once. */
    private static Optional<Verdict> malformed(Source.Answer answer, String from) {
        String coding = answer.header("Content-Encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity") || answer.contradicts("Content-Encoding")) {
            return Optional.of(lasting(
                    Reason.SIZE_MISMATCH,
                    "a content coding" + from + ", whose bytes are not the file's: serve the file as it is"));
        }
        String framing = answer.header("Transfer-Encoding").orElse("chunked");
        String length = answer.header("Content-Length").orElse("0");
        if (!framing.equalsIgnoreCase("chunked")
                || !DIGITS.matcher(length).matches()
                || FRAMING_HEADERS.stream().anyMatch(answer::contradicts)) {
            return Optional.of(lasting(Reason.SIZE_MISMATCH, "a length that makes no sense" + from));
        }
        return Optional.empty();
    }

    private Optional<Verdict> checkTotal(OptionalLong total, String from) {
        if (total.isEmpty()) {
            return Optional.empty();
        }
        long bytes = total.getAsLong();
        if (file.sizeBytes().isPresent() && file.sizeBytes().getAsLong() != bytes) {
            return Optional.of(lasting(
                    Reason.SIZE_MISMATCH,
                    bytes + " bytes" + from + ", but " + file.sizeBytes().getAsLong()
                            + " are declared: correct the url or declare another chunk"));
        }
        if (bytes > maxFileBytes) {
            return Optional.of(lasting(
                    Reason.SIZE_MISMATCH,
                    bytes + " bytes" + from + " are more than the limit of " + maxFileBytes + " a file"));
        }
        return Optional.empty();
    }

    private Verdict redirect(Source.Answer answer, URI asked, String from) {
        String location = answer.header("Location").orElse("");
        URI target;
        try {
            target = asked.resolve(location);
        } catch (IllegalArgumentException e) {
            location = "";
            target = asked;
        }
        if (location.isEmpty()) {
            return later("a redirect to what is not a URL" + from, answer);
        }
        String scheme = target.getScheme() == null ? "" : target.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || target.getHost() == null) {
            return lasting(Reason.ADDRESS_REFUSED, "a redirect" + from + " to something other than http or https");
        }
        if (asked.getScheme().equalsIgnoreCase("https") && scheme.equals("http")) {
            return lasting(Reason.ADDRESS_REFUSED, "a redirect" + from + " that gives up https for http");
        }
        return new Verdict.Redirect(target);
    }

    /** The ETag if it is strong, or else a Last-Modified that is clearly older than the Date. */
    private static Optional<String> strongValidator(Source.Answer answer) {
        if (answer.contradicts("ETag") || answer.contradicts("Last-Modified")) {
            return Optional.empty();
        }
        Optional<String> etag = answer.header("ETag");
        if (etag.isPresent()) {
            return etag.filter(value -> value.startsWith("\"") && value.endsWith("\"") && value.length() > 2);
        }
        Optional<Instant> modified = answer.header("Last-Modified").flatMap(AnswerRules::httpDate);
        Optional<Instant> date = answer.header("Date").flatMap(AnswerRules::httpDate);
        boolean strong = modified.isPresent()
                && date.isPresent()
                && modified.get().plus(CLEARLY_OLDER).isBefore(date.get());
        return strong ? answer.header("Last-Modified") : Optional.empty();
    }

    private long retryAfterMs(Source.Answer answer) {
        String text = answer.header("Retry-After").orElse("").trim();
        Duration wait = Duration.ZERO;
        if (DIGITS.matcher(text).matches()) {
            wait = Duration.ofSeconds(Long.parseLong(text));
        } else if (httpDate(text).isPresent()) {
            Instant now = answer.header("Date").flatMap(AnswerRules::httpDate).orElse(wallClock);
            wait = Duration.between(now, httpDate(text).get());
        }
        if (wait.isNegative()) {
            return 0;
        }
        return wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER.toMillis() : wait.toMillis();
    }

    private static Optional<Instant> httpDate(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private Verdict later(String message, Source.Answer answer) {
        return new Verdict.Refuse(new FileFailure(Reason.SOURCE_REFUSED, message, false, retryAfterMs(answer), 0));
    }

    private static Verdict lasting(Reason reason, String message) {
        return new Verdict.Refuse(FileFailure.lasting(reason, message));
    }
}

package io.datachunk.manager.transfer;

import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
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

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

    /**
     * Judges an answer.
     *
     * @param asked the URL of this hop
     * @param offset where the request began; 0 for a fresh one
     * @param validator what the request carried
     */
    Verdict judge(Source.Answer answer, URI asked, long offset, Optional<String> validator) {
        String from = " from " + SafeUrl.of(asked);
        return switch (answer.status()) {
            case 200 -> accept(answer, from);
            case 206 -> offset > 0 ? acceptRange(answer, from, offset, validator) : unasked(answer, from);
            case 416 ->
                offset > 0
                        ? new Verdict.Restart()
                        : new Verdict.Refuse(FileFailure.temporary(
                                Reason.SOURCE_REFUSED, "416" + from + ", which was asked for no range"));
            case 301, 302, 303, 307, 308 -> redirect(answer, asked, from);
            case 404, 410 ->
                lasting(Reason.NOT_FOUND, answer.status() + from + ": put the file there or correct the url");
            case 401, 403 ->
                lasting(
                        Reason.FORBIDDEN,
                        answer.status() + from
                                + ": renew the signature of the url or give the agent credentials for the host");
            case 408, 425, 429, 500, 502, 503, 504 ->
                new Verdict.Refuse(
                        new FileFailure(Reason.SOURCE_REFUSED, answer.status() + from, false, retryAfterMs(answer), 0));
            default -> {
                if (answer.status() >= 400 && answer.status() < 500) {
                    yield lasting(Reason.FORBIDDEN, answer.status() + from + ": correct the url");
                }
                yield new Verdict.Refuse(
                        FileFailure.temporary(Reason.SOURCE_REFUSED, "unexpected answer " + answer.status() + from));
            }
        };
    }

    /** The whole file, also where only a part was asked for. */
    private Verdict accept(Source.Answer answer, String from) {
        Optional<Verdict> malformed = malformed(answer, from);
        if (malformed.isPresent()) {
            return malformed.get();
        }
        Optional<Long> length = answer.header("Content-Length").map(Long::parseLong);
        boolean chunked = answer.header("Transfer-Encoding")
                .filter(coding -> coding.equalsIgnoreCase("chunked"))
                .isPresent();
        if (length.isEmpty() && !chunked && file.sizeBytes().isEmpty()) {
            return lasting(
                    Reason.SIZE_MISMATCH,
                    "no length" + from + ", so a cut body could not be told from a whole one: declare sizeBytes");
        }
        OptionalLong total = length.isPresent() ? OptionalLong.of(length.get()) : file.sizeBytes();
        return checkTotal(total, from)
                .orElseGet(() -> new Verdict.Accept(0, total, strongValidator(answer), length.isPresent() || chunked));
    }

    private Verdict acceptRange(Source.Answer answer, String from, long offset, Optional<String> validator) {
        Optional<Verdict> malformed = malformed(answer, from);
        if (malformed.isPresent()) {
            return malformed.get();
        }
        Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        if (!range.matches()) {
            return lasting(Reason.SIZE_MISMATCH, "206 without a usable Content-Range" + from);
        }
        long total = Long.parseLong(range.group(3));
        if (Long.parseLong(range.group(1)) != offset || Long.parseLong(range.group(2)) != total - 1) {
            return lasting(
                    Reason.SIZE_MISMATCH,
                    "Content-Range " + range.group() + from + " is not the one asked for, from byte " + offset);
        }
        Optional<String> length = answer.header("Content-Length");
        if (length.isPresent() && Long.parseLong(length.get()) != total - offset) {
            return lasting(Reason.SIZE_MISMATCH, "Content-Length and Content-Range disagree" + from);
        }
        if (!strongValidator(answer).equals(validator)) {
            return new Verdict.Restart();
        }
        return checkTotal(OptionalLong.of(total), from)
                .orElseGet(() -> new Verdict.Accept(offset, OptionalLong.of(total), validator, true));
    }

    private static Verdict unasked(Source.Answer answer, String from) {
        return new Verdict.Refuse(FileFailure.temporary(
                Reason.SOURCE_REFUSED, answer.status() + from + ", which was asked for no range"));
    }

    private Optional<Verdict> malformed(Source.Answer answer, String from) {
        String coding = answer.header("Content-Encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            return Optional.of(lasting(
                    Reason.SIZE_MISMATCH,
                    "a content coding" + from + ", whose bytes are not the file's: serve the file as it is"));
        }
        Optional<String> length = answer.header("Content-Length");
        if (answer.contradicts("Content-Length")
                || length.isPresent() && !DIGITS.matcher(length.get()).matches()) {
            return Optional.of(lasting(Reason.SIZE_MISMATCH, "a Content-Length that makes no sense" + from));
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

    private static Verdict redirect(Source.Answer answer, URI asked, String from) {
        URI target;
        try {
            target = asked.resolve(answer.header("Location").orElse(""));
        } catch (IllegalArgumentException e) {
            return lasting(Reason.ADDRESS_REFUSED, "a redirect to what is not a URL" + from);
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

    private static Verdict lasting(Reason reason, String message) {
        return new Verdict.Refuse(FileFailure.lasting(reason, message));
    }
}

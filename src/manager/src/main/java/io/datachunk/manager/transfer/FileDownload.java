package io.datachunk.manager.transfer;

import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way into a staging directory: goes on with what is there, follows redirects, writes, verifies and forces
 * to disk. Runs on one transfer thread at a time, which owns its fields; {@link #cancel} and {@link #asksNext} come from any.
 */
final class FileDownload {
    private static final int MAX_REDIRECTS = 5;

    private final ChunkDownload chunk;
    private final int index;
    private final FileSpec file;
    private final Engine engine;
    private final Path path;

    /** Of the bytes in the staged file; empty if they cannot be gone on with. */
    private Optional<String> validator = Optional.empty();

    /** Of the whole file, as the answer said that gave the bytes in the staged file. */
    private OptionalLong total = OptionalLong.empty();

    private volatile URI asksNext;
    private volatile boolean cancelled;
    private volatile Source.@Nullable Call call;

    FileDownload(ChunkDownload chunk, int index, FileSpec file, Engine engine) {
        this.chunk = chunk;
        this.index = index;
        this.file = file;
        this.engine = engine;
        this.path = chunk.staging().resolve(file.name());
        this.asksNext = file.url();
    }

    ChunkDownload chunk() {
        return chunk;
    }

    /** Its place among the chunk's files. */
    int index() {
        return index;
    }

    /** The URL whose host has to be free before it is this file's turn. */
    URI asksNext() {
        return asksNext;
    }

    /** Ends it soon, if it runs. */
    void cancel() {
        cancelled = true;
        Source.Call running = call;
        if (running != null) {
            running.cancel();
        }
    }

    /** Downloads what is missing; empty if it was sent to a host that is paused, and has to wait for another turn. */
    Optional<StoredFile> run() throws FileFailedException {
        requireDeclaredSizeAllowed();
        asksNext = file.url();
        forgetAnswer();
        ByteBuffer buffer = engine.buffers().take();
        try {
            Optional<ResumeRecord.Entry> begun = chunk.record().usable(file);
            if (begun.isPresent() && isKept(begun.get())) {
                return begun.map(entry -> new StoredFile(file.name(), entry.bytes(), entry.crc32c(), file.digest()));
            }
            try (StagedFile staged = open(begun.isPresent())) {
                boolean whole = begun.isPresent() && isWholeAfterReadingBack(staged, begun.get(), buffer);
                return whole || fetch(staged, buffer) ? Optional.of(finish(staged)) : Optional.empty();
            }
        } catch (IOException e) {
            throw new FileFailedException(FileFailure.ofDisk(e, chunk.bytes().needed()));
        } finally {
            engine.buffers().giveBack(buffer);
        }
    }

    private void requireDeclaredSizeAllowed() throws FileFailedException {
        long most = engine.options().maxFileBytes();
        if (file.sizeBytes().orElse(0) > most) {
            throw new FileFailedException(FileFailure.lasting(
                    Reason.SIZE_MISMATCH,
                    file.name() + " is declared with more than the limit of " + most + " bytes a file"));
        }
        chunk.bytes().reserve();
    }

    private boolean isKept(ResumeRecord.Entry entry) throws IOException, FileFailedException {
        boolean kept = entry.complete()
                && entry.hasDigestOf(file)
                && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                && Files.size(path) == entry.bytes();
        if (kept) {
            chunk.bytes().progress(index, entry.bytes());
            chunk.bytes().sized(index, entry.bytes());
        }
        return kept;
    }

    private StagedFile open(boolean goOn) throws IOException {
        boolean withSha256 = file.digest().isPresent();
        return goOn ? StagedFile.reopen(path, withSha256) : StagedFile.create(path, withSha256);
    }

    private boolean isWholeAfterReadingBack(StagedFile staged, ResumeRecord.Entry entry, ByteBuffer buffer)
            throws IOException, FileFailedException {
        staged.readBack(buffer, () -> cancelled);
        requireNotCancelled();
        validator = Optional.ofNullable(entry.validator());
        total = entry.bytes() < 0 ? OptionalLong.empty() : OptionalLong.of(entry.bytes());
        if (staged.bytes() == entry.bytes()) {
            return true;
        }
        boolean tooLong = entry.bytes() >= 0 && staged.bytes() > entry.bytes();
        if (entry.complete() || tooLong) {
            startOver(staged);
        } else {
            chunk.bytes().progress(index, staged.bytes());
        }
        return false;
    }

    private void requireNotCancelled() throws FileFailedException {
        if (cancelled) {
            throw new FileFailedException(FileFailure.temporary(Reason.QUEUED, "cancelled"));
        }
    }

    /** Asks until the body is there; false if the host to ask is paused. */
    private boolean fetch(StagedFile staged, ByteBuffer buffer) throws FileFailedException, IOException {
        URI url = file.url();
        int redirects = 0;
        boolean restarted = false;
        AnswerRules rules = new AnswerRules(file, engine.options().maxFileBytes(), Instant.now());
        while (true) {
            boolean credentialed = Authority.of(url).equals(Authority.of(file.url()));
            Source.Call request = engine.source().request(url, credentialed, staged.bytes(), validator);
            call = request;
            requireNotCancelled();
            try (Watchdog.Watch watch = engine.watchdog().watch(request);
                    Source.Answer answer = execute(request, watch, url)) {
                watch.headArrived();
                switch (rules.judge(answer, url, new AnswerRules.Begun(staged.bytes(), validator, total))) {
                    case Verdict.Accept accept -> {
                        receive(accept, new Body(answer, watch, url), staged, buffer);
                        return true;
                    }
                    case Verdict.Restart _ -> {
                        if (restarted) {
                            throw new FileFailedException(FileFailure.temporary(
                                    Reason.SOURCE_REFUSED, SafeUrl.of(url) + " answers the same range differently"));
                        }
                        restarted = true;
                        startOver(staged);
                    }
                    case Verdict.Redirect redirect -> {
                        if (++redirects > MAX_REDIRECTS) {
                            throw new FileFailedException(FileFailure.temporary(
                                    Reason.SOURCE_REFUSED,
                                    "more than " + MAX_REDIRECTS + " redirects from " + SafeUrl.of(file.url())));
                        }
                        url = redirect.target();
                        if (engine.pauses().waitNanos(url) > 0) {
                            asksNext = url;
                            return false;
                        }
                    }
                    case Verdict.Refuse refuse -> {
                        if (answer.status() == 429 || answer.status() == 503) {
                            engine.pauses().pause(url);
                        }
                        throw new FileFailedException(refuse.failure());
                    }
                }
            }
        }
    }

    private Source.Answer execute(Source.Call request, Watchdog.Watch watch, URI url) throws FileFailedException {
        try {
            return request.execute();
        } catch (IOException | RuntimeException e) {
            if (FileFailure.isNoConnection(e) && !cancelled) {
                engine.pauses().pause(url);
            }
            throw new FileFailedException(sourceFailure(e, watch, url));
        }
    }

    private static FileFailure sourceFailure(Exception e, Watchdog.Watch watch, URI url) {
        return watch.stalled()
                ? FileFailure.temporary(Reason.STALLED, SafeUrl.of(url) + " sends too slowly or not at all")
                : FileFailure.ofSource(e, url);
    }

    /** A body and what is needed to say what is wrong with it. */
    private record Body(Source.Answer answer, Watchdog.Watch watch, URI url) {}

    private void receive(Verdict.Accept accept, Body body, StagedFile staged, ByteBuffer buffer)
            throws FileFailedException, IOException {
        if (accept.offset() == 0) {
            startOver(staged);
        }
        total = accept.totalBytes();
        if (total.isPresent()) {
            chunk.bytes().sized(index, total.getAsLong());
        }
        validator = accept.validator();
        if (validator.isPresent() && total.orElse(Long.MAX_VALUE) >= StagingRecord.WORTH_BYTES) {
            chunk.record().begun(file.name(), entry(false, total.orElse(-1), 0, null));
        }
        drain(body, staged, buffer);
        if (total.isPresent() && staged.bytes() != total.getAsLong()) {
            String cut = staged.bytes() + " of " + total.getAsLong() + " bytes from " + SafeUrl.of(body.url());
            throw new FileFailedException(
                    accept.framed()
                            ? FileFailure.lasting(Reason.SIZE_MISMATCH, cut + ": correct the url or the declared size")
                            : FileFailure.temporary(Reason.SOURCE_UNREACHABLE, cut + ", then the connection ended"));
        }
    }

    private ResumeRecord.Entry entry(boolean complete, long bytes, int crc32c, @Nullable String digest) {
        return new ResumeRecord.Entry(
                validator.orElse(null), SafeUrl.identity(file.url()), complete, bytes, crc32c, digest);
    }

    private void drain(Body body, StagedFile staged, ByteBuffer buffer) throws FileFailedException, IOException {
        long most = total.orElse(engine.options().maxFileBytes());
        BodyReader reader =
                new BodyReader(body.answer(), body.watch(), engine.bandwidth().step(buffer.capacity()));
        boolean more = true;
        while (more) {
            more = reader.fill(buffer);
            int bytes = buffer.remaining();
            engine.receivedBytes().add(bytes);
            if (staged.bytes() + bytes > most) {
                throw new FileFailedException(FileFailure.lasting(
                        Reason.SIZE_MISMATCH,
                        "more than the " + most + (total.isPresent() ? " declared" : " allowed") + " bytes from "
                                + SafeUrl.of(body.url())));
            }
            chunk.bytes().growing(index, staged.bytes() + bytes);
            staged.write(buffer);
            chunk.bytes().progress(index, staged.bytes());
            if (reader.failure().isPresent()) {
                throw new FileFailedException(sourceFailure(reader.failure().get(), body.watch(), body.url()));
            }
            engine.bandwidth().spend(bytes, () -> cancelled);
        }
    }

    private StoredFile finish(StagedFile staged) throws FileFailedException, IOException {
        chunk.bytes().progress(index, staged.bytes());
        chunk.bytes().sized(index, staged.bytes());
        StoredFile whole = staged.seal(file.name());
        if (!whole.digest().equals(file.digest())) {
            startOver(staged);
            throw new FileFailedException(FileFailure.temporary(
                    Reason.CHECKSUM_MISMATCH,
                    SafeUrl.of(file.url()) + " has " + whole.digest().orElseThrow() + ", but "
                            + file.digest().orElseThrow() + " is declared: correct the url or declare another chunk"));
        }
        staged.force();
        String digest = whole.digest().map(Digest::toString).orElse(null);
        chunk.record().whole(file.name(), entry(true, whole.sizeBytes(), whole.crc32c(), digest));
        return whole;
    }

    /** Drops every byte, and the record of them first: other bytes may follow. */
    private void startOver(StagedFile staged) throws IOException {
        chunk.record().forget(file.name());
        staged.clear();
        forgetAnswer();
        chunk.bytes().progress(index, 0);
    }

    private void forgetAnswer() {
        validator = Optional.empty();
        total = OptionalLong.empty();
    }
}

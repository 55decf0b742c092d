package io.datachunk.manager.transfer;

import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way into a staging directory: resumes what is there, follows redirects, writes, verifies and forces.
 * Runs once, on one transfer thread, which owns its fields; {@link #cancel} comes from any.
 */
final class FileDownload {
    private static final int MAX_REDIRECTS = 5;

    /** Less than this is begun anew rather than recorded: a record costs more than the bytes. */
    private static final long MIN_RESUMABLE_BYTES = 1 << 20;

    private final ChunkDownload chunk;
    private final int index;
    private final FileSpec file;
    private final Engine engine;
    private final Path path;
    private final FileContent content;

    /** Bytes of the file that are in {@link #content} and on disk. */
    private long offset;

    private Optional<String> validator = Optional.empty();

    private volatile boolean cancelled;
    private volatile Source.@Nullable Call call;

    FileDownload(ChunkDownload chunk, int index, FileSpec file, Engine engine) {
        this.chunk = chunk;
        this.index = index;
        this.file = file;
        this.engine = engine;
        this.path = chunk.staging().resolve(file.name());
        this.content = new FileContent(file.digest().isPresent());
    }

    URI url() {
        return file.url();
    }

    /** Ends it soon, whether it runs or waits. */
    void cancel() {
        cancelled = true;
        Source.Call running = call;
        if (running != null) {
            running.cancel();
        }
    }

    /** Downloads what is missing. */
    StoredFile run() throws FileFailedException {
        Optional<ResumeRecord.Entry> begun = chunk.usable(file);
        Optional<StoredFile> complete =
                begun.filter(ResumeRecord.Entry::complete).flatMap(this::kept);
        if (complete.isPresent()) {
            return complete.get();
        }
        ByteBuffer buffer = engine.buffers().take();
        try (FileChannel out = open(begun.isPresent())) {
            long total = begun.map(ResumeRecord.Entry::bytes).orElse(-1L);
            if (begun.isPresent()) {
                validator = Optional.ofNullable(begun.get().validator());
                offset = content.updateFrom(out, buffer);
                chunk.progress(index, offset);
            }
            if (offset == 0 || offset != total) {
                fetch(out, buffer);
            }
            return finish(out);
        } catch (IOException e) {
            throw new FileFailedException(diskFailure(e));
        } finally {
            engine.buffers().giveBack(buffer);
        }
    }

    private Optional<StoredFile> kept(ResumeRecord.Entry entry) {
        try {
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == entry.bytes()) {
                chunk.sized(index, entry.bytes());
                chunk.progress(index, entry.bytes());
                return Optional.of(new StoredFile(file.name(), entry.bytes(), entry.crc32c(), file.digest()));
            }
        } catch (IOException | FileFailedException downloadAgain) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private FileChannel open(boolean resume) throws IOException {
        if (resume && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        }
        Files.deleteIfExists(path);
        return FileChannel.open(
                path,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    private void fetch(FileChannel out, ByteBuffer buffer) throws FileFailedException, IOException {
        URI url = file.url();
        int redirects = 0;
        boolean restarted = false;
        AnswerRules rules = new AnswerRules(file, engine.options().maxFileBytes(), Instant.now());
        while (true) {
            Source.Call request = engine.source().request(url, sameOrigin(url), offset, validator);
            call = request;
            if (cancelled) {
                throw new FileFailedException(FileFailure.temporary(Reason.QUEUED, "cancelled"));
            }
            try (Watchdog.Watch watch = engine.watchdog().watch(request);
                    Source.Answer answer = execute(request, watch, url)) {
                switch (rules.judge(answer, url, offset, validator)) {
                    case Verdict.Accept accept -> {
                        receive(accept, new Body(answer, watch, url), out, buffer);
                        return;
                    }
                    case Verdict.Restart _ -> {
                        if (restarted) {
                            throw new FileFailedException(FileFailure.temporary(
                                    Reason.SOURCE_REFUSED, SafeUrl.of(url) + " answers the same range differently"));
                        }
                        restarted = true;
                        startOver(out);
                    }
                    case Verdict.Redirect redirect -> {
                        if (++redirects > MAX_REDIRECTS) {
                            throw new FileFailedException(FileFailure.temporary(
                                    Reason.SOURCE_REFUSED,
                                    "more than " + MAX_REDIRECTS + " redirects from " + SafeUrl.of(file.url())));
                        }
                        url = redirect.target();
                    }
                    case Verdict.Refuse refuse -> {
                        if (answer.status() == 429 || answer.status() == 503) {
                            engine.pauses().pause(file.url());
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
            throw new FileFailedException(sourceFailure(e, watch, url));
        }
    }

    /** A body and what is needed to say what is wrong with it. */
    private record Body(Source.Answer answer, Watchdog.Watch watch, URI url) {}

    private void receive(Verdict.Accept accept, Body body, FileChannel out, ByteBuffer buffer)
            throws FileFailedException, IOException {
        if (accept.offset() == 0 && offset > 0) {
            startOver(out);
        }
        OptionalLong total = accept.totalBytes();
        if (total.isPresent()) {
            chunk.sized(index, total.getAsLong());
        }
        validator = accept.validator();
        if (validator.isPresent() && total.orElse(Long.MAX_VALUE) >= MIN_RESUMABLE_BYTES) {
            chunk.record(file.name(), new ResumeRecord.Entry(validator.get(), false, total.orElse(-1), 0, null));
        }
        drain(total, body, out, buffer);
        if (total.isPresent() && offset != total.getAsLong()) {
            String cut = offset + " of " + total.getAsLong() + " bytes from " + SafeUrl.of(body.url());
            throw new FileFailedException(
                    accept.framed()
                                    && file.sizeBytes().isPresent()
                                    && body.answer().header("Content-Length").isEmpty()
                            ? FileFailure.lasting(Reason.SIZE_MISMATCH, cut + ": correct the url or the declared size")
                            : FileFailure.temporary(Reason.SOURCE_UNREACHABLE, cut + ", then the connection ended"));
        }
    }

    private void drain(OptionalLong total, Body body, FileChannel out, ByteBuffer buffer)
            throws FileFailedException, IOException {
        long most = total.orElse(engine.options().maxFileBytes());
        int step = engine.bandwidth().step(buffer.capacity());
        boolean more = true;
        while (more) {
            buffer.clear().limit(step);
            try {
                more = fill(buffer, body);
            } catch (IOException | RuntimeException e) {
                write(out, buffer.flip());
                throw new FileFailedException(sourceFailure(e, body.watch(), body.url()));
            }
            int bytes = buffer.flip().remaining();
            if (offset + bytes > most) {
                throw new FileFailedException(FileFailure.lasting(
                        Reason.SIZE_MISMATCH,
                        "more than the " + most + (total.isPresent() ? " declared" : " allowed") + " bytes from "
                                + SafeUrl.of(body.url())));
            }
            write(out, buffer);
            engine.bandwidth().spend(bytes, () -> cancelled);
        }
    }

    /** Reads until the buffer is full or the body ends; says whether there may be more. */
    private static boolean fill(ByteBuffer buffer, Body body) throws IOException {
        while (buffer.hasRemaining()) {
            body.watch().beforeRead();
            int read = body.answer().read(buffer);
            body.watch().afterRead(Math.max(0, read));
            if (read < 0) {
                return false;
            }
        }
        return true;
    }

    private void write(FileChannel out, ByteBuffer buffer) throws IOException, FileFailedException {
        content.update(buffer);
        long bytes = buffer.remaining();
        chunk.growing(index, offset + bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        offset += bytes;
        chunk.progress(index, offset);
    }

    private StoredFile finish(FileChannel out) throws FileFailedException, IOException {
        chunk.sized(index, offset);
        Optional<Digest> digest = content.digest();
        if (!digest.equals(file.digest())) {
            startOver(out);
            throw new FileFailedException(FileFailure.temporary(
                    Reason.CHECKSUM_MISMATCH,
                    SafeUrl.of(file.url()) + " has " + digest.orElseThrow() + ", but "
                            + file.digest().orElseThrow() + " is declared: correct the url or declare another chunk"));
        }
        out.force(true);
        StoredFile stored = new StoredFile(file.name(), offset, content.crc32c(), digest);
        chunk.record(
                file.name(),
                new ResumeRecord.Entry(
                        validator.orElse(null),
                        true,
                        offset,
                        stored.crc32c(),
                        digest.map(Digest::toString).orElse(null)));
        return stored;
    }

    private void startOver(FileChannel out) throws IOException {
        out.truncate(0);
        out.position(0);
        content.reset();
        offset = 0;
        validator = Optional.empty();
        chunk.progress(index, 0);
    }

    private boolean sameOrigin(URI url) {
        return url.getScheme().equalsIgnoreCase(file.url().getScheme())
                && url.getHost().equalsIgnoreCase(file.url().getHost())
                && url.getPort() == file.url().getPort();
    }

    /** What an exception of the source means. Its text is not passed on where the source could have written it. */
    private FileFailure sourceFailure(Exception e, Watchdog.Watch watch, URI url) {
        String from = SafeUrl.of(url);
        if (watch.stalled()) {
            return FileFailure.temporary(Reason.STALLED, from + " sends too slowly or not at all");
        }
        Optional<AddressRefusedException> refused = AddressRefusedException.in(e);
        if (refused.isPresent()) {
            return FileFailure.lasting(
                    Reason.ADDRESS_REFUSED, from + ": " + refused.get().getMessage());
        }
        return switch (e) {
            case UnknownHostException _ ->
                FileFailure.temporary(Reason.SOURCE_UNREACHABLE, "no address for the host of " + from);
            case ConnectException _ -> {
                engine.pauses().pause(file.url());
                yield FileFailure.temporary(Reason.SOURCE_UNREACHABLE, "no connection to " + from);
            }
            case SSLException ssl ->
                FileFailure.temporary(Reason.SOURCE_UNREACHABLE, "no TLS with " + from + ": " + ssl.getMessage());
            case RuntimeException _ ->
                FileFailure.temporary(Reason.SOURCE_REFUSED, "an answer that makes no sense from " + from);
            default -> FileFailure.temporary(Reason.SOURCE_UNREACHABLE, "the connection to " + from + " broke");
        };
    }

    private FileFailure diskFailure(IOException e) {
        Reason reason = Reason.ofDiskFailure(e);
        return new FileFailure(
                reason,
                reason == Reason.INSUFFICIENT_SPACE ? "the volume is full" : "writing failed: " + e.getMessage(),
                false,
                0,
                reason == Reason.INSUFFICIENT_SPACE ? chunk.neededBytes() : 0);
    }
}

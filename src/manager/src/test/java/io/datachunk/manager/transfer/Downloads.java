package io.datachunk.manager.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Options;
import io.datachunk.manager.origin.Content;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Transfers with little patience, and what a test asks of them. A new one over the same directories is a new process. */
final class Downloads implements AutoCloseable {
    static final String BOOT = "boot-1";

    /** Long enough for an honest answer on a machine that is busy with something else. */
    static final TransferTimes TIMES = new TransferTimes(
            Duration.ofSeconds(40), Duration.ofSeconds(30), Duration.ofSeconds(40), 1, Duration.ofMillis(50));

    /** For sources that stall. An honest one may not be quick enough for it. */
    static final TransferTimes IMPATIENT = new TransferTimes(
            Duration.ofSeconds(2), Duration.ofMillis(1_000), Duration.ofMillis(1_500), 16 << 10, Duration.ofMillis(50));

    static final Transfers.Space AMPLE = _ -> true;

    private static final long PATIENCE_SECONDS = 60;

    private final Transfers transfers;

    Downloads(Options options, String bootId, TransferTimes times) throws IOException {
        transfers = new Transfers(options, bootId, times);
    }

    static Downloads with(Options options) throws IOException {
        return new Downloads(options, BOOT, TIMES);
    }

    Transfers transfers() {
        return transfers;
    }

    /** A download that has begun. */
    record Begun(Transfers.Transfer transfer, CompletableFuture<Outcome> outcome) {
        Outcome await() {
            try {
                return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError("no outcome", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    Begun begin(Path staging, Transfers.Space space, FileSpec... files) throws IOException {
        Files.createDirectories(staging);
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Transfers.Transfer transfer = transfers.open(chunk(files), staging, space, end -> {
            if (!outcome.complete(end)) {
                throw new IllegalStateException("a second outcome: " + end);
            }
        });
        transfer.start();
        return new Begun(transfer, outcome);
    }

    Begun begin(Path staging, FileSpec... files) throws IOException {
        return begin(staging, AMPLE, files);
    }

    Outcome fetch(Path staging, FileSpec... files) throws IOException {
        return begin(staging, files).await();
    }

    /** The same where nothing else will do. */
    Outcome.Fetched fetched(Path staging, FileSpec... files) throws IOException {
        Outcome outcome = fetch(staging, files);
        assertThat(outcome).isInstanceOf(Outcome.Fetched.class);
        return (Outcome.Fetched) outcome;
    }

    Outcome.Failed failed(Path staging, FileSpec... files) throws IOException {
        Outcome outcome = fetch(staging, files);
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return (Outcome.Failed) outcome;
    }

    static ChunkSpec chunk(FileSpec... files) {
        return new ChunkSpec(
                ChunkId.parse("ab".repeat(32)),
                DatasetId.parse("cd".repeat(32)),
                new BlockRange(0, 10),
                List.of(files));
    }

    /** Of unknown size and digest. */
    static FileSpec file(String name, URI url) {
        return FileSpec.of(name, url.toString());
    }

    static FileSpec sized(FileSpec file, long bytes) {
        return new FileSpec(file.name(), file.url(), OptionalLong.of(bytes), file.digest());
    }

    static FileSpec digested(FileSpec file, String sha256) {
        return new FileSpec(file.name(), file.url(), file.sizeBytes(), Optional.of(Digest.sha256(sha256)));
    }

    /** With the size and the digest of a content. */
    static FileSpec declared(String name, URI url, Content content) {
        return digested(sized(file(name, url), content.bytes()), content.sha256());
    }

    @Override
    public void close() {
        transfers.close();
    }
}

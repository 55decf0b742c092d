package io.datachunk.operator.chunk;

import io.datachunk.api.DataChunk;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.HttpURLConnection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the API server, counts, and keeps the log short: a server that is away fails thousands of writes. Thread-safe.
 */
public final class ApiStatusWriter implements StatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ApiStatusWriter.class);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final Counter writes;
    private final Counter failures;
    private final AtomicInteger unsaid = new AtomicInteger();
    private final AtomicReference<String> lastFailure = new AtomicReference<>("");

    public ApiStatusWriter(KubernetesClient client, MeterRegistry meters) {
        this.client = client;
        this.writes = Counter.builder("datachunk.operator.status.writes")
                .description("statuses of DataChunks that were written")
                .register(meters);
        this.failures = Counter.builder("datachunk.operator.status.write.failures")
                .description("statuses of DataChunks that could not be written, and are tried again")
                .register(meters);
    }

    @Override
    public String write(DataChunk chunk, String patch) {
        try {
            DataChunk written = client.resource(chunk).subresource("status").patch(MERGE, patch);
            writes.increment();
            return written.getMetadata().getResourceVersion();
        } catch (KubernetesClientException e) {
            if (!isGone(e)) {
                failures.increment();
                unsaid.incrementAndGet();
                lastFailure.set(chunk.key() + ": " + e.getMessage());
            }
            throw e;
        }
    }

    /** The watch will tell of one that is gone, or made anew under its name: the patch names the uid. */
    private static boolean isGone(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                || e.getCode() == HttpURLConnection.HTTP_CONFLICT
                || (e.getCode() == UNPROCESSABLE
                        && String.valueOf(e.getMessage()).contains("metadata.uid"));
    }

    /** Says how many failed since the last call, if any, and why the last of them did. */
    public void logFailures() {
        int count = unsaid.getAndSet(0);
        if (count > 0) {
            LOG.warn(
                    "{} statuses could not be written and will be tried again; the last: {}", count, lastFailure.get());
        }
    }
}

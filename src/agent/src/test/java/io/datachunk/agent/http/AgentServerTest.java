package io.datachunk.agent.http;

import static io.datachunk.agent.Samples.DATASET;
import static io.datachunk.agent.Samples.NOON;
import static io.datachunk.agent.Samples.id;
import static io.datachunk.agent.Samples.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.datachunk.agent.ChunkRow;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.DownloadEnd;
import io.datachunk.manager.Holder;
import io.datachunk.manager.Reason;
import io.datachunk.manager.VolumeStatus;
import io.datachunk.reader.BlockRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentServerTest {
    private static final ChunkRow READY = new ChunkRow(
            Optional.of("lake/a"),
            Optional.empty(),
            Optional.of(id(1).toString()),
            Optional.of(DATASET.toString()),
            Optional.of(new BlockRange(0, -1)),
            State.READY,
            Reason.READY,
            "",
            10,
            OptionalLong.of(10),
            NOON,
            List.of(new Holder.Counted(42, "host", "worker", NOON, 3), new Holder.Pinned()));
    private static final ChunkRow ODD = new ChunkRow(
            Optional.of("odd"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            State.FAILED,
            Reason.INVALID_SPEC,
            "spec is \"missing\"",
            0,
            OptionalLong.empty(),
            NOON,
            List.of());

    private final HttpClient client = HttpClient.newHttpClient();
    private final FixedView view = new FixedView();
    private final AgentMetrics metrics = new AgentMetrics(() -> Optional.of(new NodeSample(
            List.of(
                    status(1, State.READY, Reason.READY),
                    status(2, State.READY, Reason.READY),
                    status(3, State.QUEUED, Reason.NOT_FOUND),
                    status(4, State.RETIRING, Reason.WAITING_FOR_REFERENCES)),
            7,
            1_000,
            new VolumeStatus(300, 200, 100),
            9)));
    private AgentServer server;

    @BeforeEach
    void start() throws IOException {
        server = AgentServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), view, metrics);
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void listsChunksAsJson() throws Exception {
        HttpResponse<String> answer = get("/v1/chunks");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(answer.body())).isEqualTo(json.readTree("""
                        [{"name": "lake/a", "id": "%s", "dataset": "%s", "start": 0, "end": 18446744073709551615,
                          "state": "Ready", "reason": "Ready", "message": "", "bytesDone": 10, "bytesTotal": 10,
                          "since": "2026-01-01T12:00:00Z", "holders": [
                            {"pid": 42, "host": "host", "command": "worker", "since": "2026-01-01T12:00:00Z", "references": 3},
                            {"kind": "read-only"}]},
                         {"name": "odd", "id": null, "dataset": null, "start": null, "end": null,
                          "state": "Failed", "reason": "InvalidSpec", "message": "spec is \\"missing\\"", "bytesDone": 0,
                          "since": "2026-01-01T12:00:00Z", "holders": []}]
                        """.formatted(id(1), DATASET)));
    }

    @Test
    void saysWhatIsNotReady() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/livez").statusCode()).isEqualTo(200);

        view.missing = List.of("the volume cannot be written");

        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("not ready: the volume cannot be written\n");
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void hasNoListWhileTheEngineIsNotOpen() throws Exception {
        view.rows = Optional.empty();

        assertThat(get("/v1/chunks").statusCode()).isEqualTo(503);
    }

    @Test
    void servesMetricsUnderTheirNames() throws Exception {
        metrics.downloadEnded(new DownloadEnd(id(1), Optional.empty(), Duration.ofSeconds(2)));
        metrics.downloadEnded(new DownloadEnd(id(3), Optional.of(Reason.NOT_FOUND), Duration.ofSeconds(1)));

        assertThat(get("/metrics").body().lines())
                .contains(
                        "datachunk_chunks{state=\"Ready\"} 2.0",
                        "datachunk_chunks{state=\"Deleting\"} 0.0",
                        "datachunk_bytes{state=\"Ready\"} 10.0",
                        "datachunk_download_bytes_total 1000.0",
                        "datachunk_downloads_total{reason=\"Ready\",result=\"success\"} 1.0",
                        "datachunk_downloads_total{reason=\"NotFound\",result=\"failure\"} 1.0",
                        "datachunk_download_duration_seconds_count 2",
                        "datachunk_download_duration_seconds_sum 3.0",
                        "datachunk_queue_chunks 1.0",
                        "datachunk_volume_capacity_bytes 300.0",
                        "datachunk_volume_available_bytes 200.0",
                        "datachunk_volume_reserved_bytes 100.0",
                        "datachunk_open_references 9.0",
                        "datachunk_deletes_deferred 8.0")
                .allMatch(line -> line.startsWith("#") || line.startsWith("datachunk_"));
    }

    @Test
    void refusesOtherPathsAndMethods() throws Exception {
        assertThat(get("/v1/chunks/x").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(send(HttpRequest.newBuilder(uri("/v1/chunks")).DELETE()).statusCode())
                .isEqualTo(405);
        assertThat(send(HttpRequest.newBuilder(uri("/v1/chunks")).HEAD()).body())
                .isEmpty();
    }

    @Test
    void saysWhatToChangeWhenThePortIsTaken() {
        assertThatThrownBy(() -> AgentServer.start(server.address(), view, metrics))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--http");
        assertThatThrownBy(() ->
                        AgentServer.start(InetSocketAddress.createUnresolved("no-such-host.invalid", 0), view, metrics))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unknown host");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private static final class FixedView implements NodeView {
        private volatile Optional<List<ChunkRow>> rows = Optional.of(List.of(READY, ODD));
        private volatile List<String> missing = List.of();

        @Override
        public Optional<List<ChunkRow>> rows() {
            return rows;
        }

        @Override
        public List<String> notReady() {
            return missing;
        }
    }
}

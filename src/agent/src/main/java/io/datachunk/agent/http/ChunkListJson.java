package io.datachunk.agent.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.datachunk.agent.ChunkRow;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Holder;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** The rows of {@code /v1/chunks} as JSON. Stateless. */
final class ChunkListJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ChunkListJson() {}

    /** Writes an array of rows; the stream stays open. */
    static void write(List<ChunkRow> rows, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            json.writeStartArray();
            for (ChunkRow row : rows) {
                json.writeRaw('\n');
                write(row, json);
            }
            json.writeRaw('\n');
            json.writeEndArray();
            json.writeRaw('\n');
        }
    }

    private static void write(ChunkRow row, JsonGenerator json) throws IOException {
        json.writeStartObject();
        writeText(json, "name", row.name());
        writeText(json, "id", row.id());
        writeText(json, "dataset", row.dataset());
        writeBlock(json, "start", row.range().map(range -> range.start()));
        writeBlock(json, "end", row.range().map(range -> range.end()));
        json.writeStringField("state", spelled(row.state()));
        json.writeStringField("reason", row.reason().camelCase());
        json.writeStringField("message", row.message());
        json.writeNumberField("bytesDone", row.bytesDone());
        if (row.bytesTotal().isPresent()) {
            json.writeNumberField("bytesTotal", row.bytesTotal().getAsLong());
        }
        json.writeStringField("since", row.since().toString());
        json.writeArrayFieldStart("holders");
        for (Holder holder : row.holders()) {
            write(holder, json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(Holder holder, JsonGenerator json) throws IOException {
        json.writeStartObject();
        switch (holder) {
            case Holder.Counted counted -> {
                json.writeNumberField("pid", counted.pid());
                json.writeStringField("host", counted.host());
                json.writeStringField("command", counted.command());
                json.writeStringField("since", counted.since().toString());
                json.writeNumberField("references", counted.references());
            }
            case Holder.Pinned() -> json.writeStringField("kind", "read-only");
        }
        json.writeEndObject();
    }

    private static void writeText(JsonGenerator json, String field, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            json.writeStringField(field, text.get());
        } else {
            json.writeNullField(field);
        }
    }

    /** Block numbers are unsigned. */
    private static void writeBlock(JsonGenerator json, String field, Optional<Long> block) throws IOException {
        json.writeFieldName(field);
        if (block.isPresent()) {
            json.writeNumber(new BigInteger(Long.toUnsignedString(block.get())));
        } else {
            json.writeNull();
        }
    }

    /** As NodeChunkSlice spells it. */
    static String spelled(State state) {
        return switch (state) {
            case QUEUED -> "Queued";
            case DOWNLOADING -> "Downloading";
            case READY -> "Ready";
            case FAILED -> "Failed";
            case RETIRING -> "Retiring";
            case DELETING -> "Deleting";
        };
    }
}

package io.datachunk.agent;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.DataManager;
import io.datachunk.reader.ChunkId;
import java.util.List;

/** What to tell the engine next. Immutable. */
sealed interface Orders {

    /** Everything is as it was told before. */
    record Nothing() implements Orders {}

    /** These chunks, and no others. */
    record Whole(List<ChunkSpec> chunks) implements Orders {}

    /** Changes one by one, while chunks have to stay whose files nobody declares: the engine has them, the agent does not know them. */
    record Changes(List<ChunkSpec> wanted, List<ChunkId> unwanted) implements Orders {}

    /** Tells it. Never blocks. */
    default void give(DataManager manager) {
        switch (this) {
            case Nothing() -> {}
            case Whole(List<ChunkSpec> chunks) -> manager.setDesired(chunks);
            case Changes(List<ChunkSpec> wanted, List<ChunkId> unwanted) -> {
                wanted.forEach(manager::downloadChunk);
                unwanted.forEach(manager::deleteChunk);
            }
        }
    }
}

package io.datachunk.agent.http;

import io.datachunk.agent.ChunkRow;
import java.util.List;
import java.util.Optional;

/** What the endpoints show of an agent. Thread-safe; nothing of it blocks. */
public interface NodeView {

    /** Where every chunk stands; empty while the engine is not open yet. */
    Optional<List<ChunkRow>> rows();

    /** What keeps the agent from being ready, for people; empty when it is. */
    List<String> notReady();
}

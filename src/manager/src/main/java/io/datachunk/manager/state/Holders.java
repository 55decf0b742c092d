package io.datachunk.manager.state;

import io.datachunk.manager.Holder;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.ReaderFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Since when which process was seen to hold what, for people. Owned by the {@link PublishedIndex}. */
final class Holders {
    private final Map<ChunkDirectory, Map<Path, Instant>> since = new HashMap<>();

    /** A chunk is gone, or was retired just now, from when on its holders are of interest. */
    void forget(ChunkDirectory chunk) {
        since.remove(chunk);
    }

    /** Remembers who holds chunks that wait for them. */
    void saw(Slots slots, BitSet counted, ReaderFiles readers) {
        Instant now = Instant.now();
        counted.stream().forEach(slot -> {
            for (KnownReader reader : readers.all()) {
                if (reader.holds(slot)) {
                    first(slots.directory(slot), reader.path(), now);
                }
            }
        });
    }

    private Instant first(ChunkDirectory chunk, Path reader, Instant now) {
        return since.computeIfAbsent(chunk, absent -> new HashMap<>()).computeIfAbsent(reader, absent -> now);
    }

    /** Everything that is held. */
    Map<ChunkDirectory, List<Holder>> of(Slots slots, BitSet used, ReaderFiles readers, BitSet pinned) {
        Instant now = Instant.now();
        Map<ChunkDirectory, List<Holder>> all = new HashMap<>();
        used.stream().forEach(slot -> {
            ChunkDirectory chunk = slots.directory(slot);
            List<Holder> holders = new ArrayList<>();
            for (KnownReader reader : readers.all()) {
                int references = reader.references(slot);
                if (references > 0) {
                    ReaderFile.Owner owner = ReaderFiles.ownerOf(reader);
                    Instant first = first(chunk, reader.path(), now);
                    holders.add(new Holder.Counted(owner.pid(), owner.host(), owner.command(), first, references));
                }
            }
            if (pinned.get(slot)) {
                holders.add(new Holder.Pinned());
            }
            if (holders.isEmpty()) {
                since.remove(chunk);
            } else {
                all.put(chunk, holders);
            }
        });
        return all;
    }
}

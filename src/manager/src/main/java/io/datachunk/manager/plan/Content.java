package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One content of a chunk with the directory that has, had or will have its bytes. Owned by the planner thread. */
final class Content {

    /** What an idle content waits for. */
    enum Wait {
        /** It is not idle, or nobody wants it. */
        NOTHING,
        /** A slot: it is in the queue. */
        TURN,
        /** The time {@link #wakeAtMs}. */
        TIME,
        /** Room on the volume, and no try before {@link #wakeAtMs}. */
        SPACE,
        /** Another declaration. */
        DECLARATION
    }

    /** What the executor was asked about a complete directory and has not answered. */
    enum Question {
        NONE,
        INSPECT,
        VERIFY
    }

    /** Why the last try failed. */
    record Trouble(Reason reason, String message, boolean lasting) {}

    final Chunk chunk;
    final ChunkDirectory directory;

    Phase phase;

    /** What it is, or will be, downloaded by. Null: found on disk and not declared since. While it is wanted: the declaration. */
    @Nullable
    ChunkSpec spec;

    /** What its files are known to be. Never null while STORING; null while in staging before that. */
    @Nullable
    List<StoredFile> files;

    /** The record of a complete directory could not be read, so that nothing will tell what it is. */
    boolean unreadable;

    /** Found not to be what was published: never published again, never wanted. */
    boolean damaged;

    /** NONE unless LIVE or RETIRING. */
    Question question = Question.NONE;

    /** While running: the attempt. An event of any other attempt is late. */
    long attempt;

    /** Other than NOTHING exactly while it is wanted and idle. */
    Wait wait = Wait.NOTHING;

    /** When something is due that {@link Timers} knows of; an alarm for another time is void. */
    long wakeAtMs = Timers.NEVER;

    /** The place of its declaration among all declarations: who comes first when space is short. */
    long order;

    /** When it became PARTIAL, as a place among all: the smallest is the oldest. */
    long idleSince;

    Backoff backoff = new Backoff();

    @Nullable
    Trouble trouble;

    /** Bytes in staging as of the last end of a download; 0 if unknown. */
    long bytes;

    /** Bytes that it needs in all; 0 if unknown. */
    long neededBytes;

    /** What it was let in for and may take of the volume, from the moment it queues until its download begins. */
    long admittedBytes;

    /** Refused in a row although there seemed to be room. */
    int doubtfulRefusals;

    /** More than this has to be free: with so much it was refused again and again, so it needs more than it says. */
    long refusedBytes;

    /** Since when it has waited for space without getting further; NEVER if it has not. */
    long shortSinceMs = Timers.NEVER;

    /** RETIRING, and not drained at the first look. */
    boolean held;

    Content(Chunk chunk, ChunkDirectory directory, Phase phase) {
        this.chunk = chunk;
        this.directory = directory;
        this.phase = phase;
    }

    boolean wanted() {
        return chunk.target == this;
    }

    /** Bytes that the volume must still have for it: at least 1, since it found no room. */
    long missingBytes() {
        return Math.max(refusedBytes + 1, neededBytes - bytes);
    }

    /** Bytes that dropping its staging directory sets free, as far as known. */
    long heldBytes() {
        return phase == Phase.PARTIAL ? Math.max(bytes, wait == Wait.SPACE ? 0 : neededBytes) : 0;
    }

    /** Bytes of its files, once they are known. */
    long storedBytes() {
        return files == null
                ? 0
                : files.stream().mapToLong(StoredFile::sizeBytes).sum();
    }

    @Override
    public String toString() {
        return phase + " " + directory.name() + (wanted() ? " wanted" : "") + " waits for " + wait;
    }
}

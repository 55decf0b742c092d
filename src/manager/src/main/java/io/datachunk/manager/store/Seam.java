package io.datachunk.manager.store;

import java.util.function.Consumer;

/**
 * The moments at which a crash leaves something else on the volume, in their order, so that tests can kill a process at
 * each. Nobody but a test sets the hook; without one a seam is a read of a field.
 */
enum Seam {
    /** {@code .volume.new} is written, {@code .volume} is not there yet. */
    VOLUME_WRITTEN,
    /** {@code .volume} has its name, which is not forced yet. */
    VOLUME_NAMED,

    PUBLISH_BEGUN,
    /** The chunk record is beside the files, and so is whatever else the download needed. */
    PUBLISH_RECORDED,
    /** Nothing but the files and the record is left, so the download cannot be resumed any more. */
    PUBLISH_CLEANED,
    /** The staging directory is forced. */
    PUBLISH_FORCED,
    /** The dataset has a directory. */
    PUBLISH_DATASET_MADE,
    /** The chunk has its final name, which is not forced yet. */
    PUBLISH_RENAMED,
    /** The final name is forced. */
    PUBLISH_DONE,

    DELETE_BEGUN,
    /** The directory is in the trash, which is not forced yet. */
    DELETE_MOVED,
    /** The place in the trash is forced. */
    DELETE_FORCED,
    /** One more file is unlinked. */
    DELETE_UNLINKED,
    /** All files are unlinked, the directory is there. */
    DELETE_EMPTIED,
    DELETE_DONE;

    /** Set by tests, before the store is opened. */
    static volatile Consumer<Seam> hook = seam -> {};

    void reached() {
        hook.accept(this);
    }
}

package io.datachunk.manager.store;

import java.io.IOException;
import java.nio.file.Path;

/** Another manager has the data directory. Goes away by itself where that manager is about to end, as in a rolling update. */
public final class VolumeInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    VolumeInUseException(Path dataDir) {
        super(dataDir + " is in use by another manager or agent: stop that one, or use another directory");
    }
}

package io.datachunk.worker;

import io.datachunk.reader.DatasetId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a worker is told by its environment.
 *
 * @param dataDir {@code DATA_DIR}, the directory of the chunks as this process sees it
 * @param stateDir {@code STATE_DIR}; absent where the state is in the data directory
 * @param dataset {@code DATASET}, 64 hexadecimal digits
 * @param firstBlock {@code FIRST_BLOCK}
 * @param endBlock {@code END_BLOCK}, not looked up itself
 * @param heldBlock {@code HOLD_BLOCK}, whose chunk is held until the process ends; absent for none
 */
record WorkerSettings(
        Path dataDir,
        Optional<Path> stateDir,
        DatasetId dataset,
        long firstBlock,
        long endBlock,
        OptionalLong heldBlock) {

    static WorkerSettings of(Map<String, String> environment) {
        String held = environment.get("HOLD_BLOCK");
        return new WorkerSettings(
                Path.of(required(environment, "DATA_DIR")),
                Optional.ofNullable(environment.get("STATE_DIR")).map(Path::of),
                DatasetId.parse(required(environment, "DATASET")),
                Long.parseLong(required(environment, "FIRST_BLOCK")),
                Long.parseLong(required(environment, "END_BLOCK")),
                held == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(held)));
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }
}

package io.datachunk.manager.state;

import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.Indexes;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process that holds one chunk until it is told to close it, or has no parent any more.
 *
 * <p>Arguments: the data directory, the state directory, {@code counting} or {@code pinning}, a block of dataset 1.
 */
@SuppressWarnings("try") // closes when it is told to
public final class ObedientHolder {
    static final String CLOSE = "close";
    static final String CLOSED = "closed";

    private ObedientHolder() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        Path state = Path.of(arguments[1]);
        try (ChunkIndex index =
                        arguments[2].equals("counting") ? Indexes.counting(data, state) : Indexes.pinning(data, state);
                ChunkRef held = index.find(Fixtures.dataset(1), Long.parseLong(arguments[3]))
                        .orElseThrow()) {
            System.out.println(HolderProcess.HOLDS + held.path());
            var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                if (line.equals(CLOSE)) {
                    held.close();
                    System.out.println(CLOSED);
                }
            }
        }
    }
}

package io.datachunk.manager;

import io.datachunk.manager.store.HaltAtSeam;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * A process whose manager downloads, replaces and deletes chunks until it is killed. Waits for a line on its standard
 * input first, so that it can stand by with a warm virtual machine: {@code <seed> [<seam>:<times>]}, or {@code slow} to
 * download one large chunk slowly.
 *
 * <p>Arguments: the data directory, the URL of the origin.
 */
public final class CrashingManager {
    static final int CHUNKS = 8;
    static final long FILE_BYTES = 150_000;

    static final long SLOW_FILE_BYTES = 8L << 20;
    static final String SLOW_RATE = "?rate=" + (2 << 20);

    private CrashingManager() {}

    static ChunkSpec slowChunk(String origin, String query) {
        return Samples.chunk(origin, query, 1, 1, SLOW_FILE_BYTES);
    }

    public static void main(String[] arguments) throws Exception {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            return;
        }
        if (line.equals("slow")) {
            DataManager.open(Path.of(arguments[0])).downloadChunk(slowChunk(arguments[1], SLOW_RATE));
            Thread.currentThread().join();
        }
        int space = line.indexOf(' ');
        if (space >= 0) {
            System.setProperty(HaltAtSeam.PROPERTY, line.substring(space + 1));
            HaltAtSeam.install();
        }
        Random random = new Random(Long.parseLong(space < 0 ? line : line.substring(0, space)));
        DataManager manager = DataManager.open(Path.of(arguments[0]));
        System.out.println("working");
        while (true) {
            int number = random.nextInt(CHUNKS);
            if (random.nextInt(3) == 0) {
                manager.deleteChunk(Samples.id(number));
            } else {
                String query = random.nextBoolean() ? "" : "?rate=1000000";
                manager.downloadChunk(Samples.chunk(arguments[1], query, number, 1 + random.nextInt(2), FILE_BYTES));
            }
            Thread.sleep(random.nextInt(20));
        }
    }
}

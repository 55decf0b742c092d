package io.datachunk.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A neighbour on the same disk that writes 4 KB and forces them, again and again. Argument: a file. Asked anything it says
 * p50, p99 and maximum of what that took since it was last asked, in milliseconds.
 */
final class SyncingProcess {
    private static final int BYTES = 4_096;

    private SyncingProcess() {}

    /** Writes until its input ends. */
    public static void main(String[] arguments) throws Exception {
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (FileChannel file =
                FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            System.out.println("there");
            while (true) {
                List<Double> millis = new ArrayList<>();
                while (!asked.ready()) {
                    millis.add(write(file));
                }
                if (asked.readLine() == null) {
                    return;
                }
                Samples samples = Samples.of(millis, Double::doubleValue);
                System.out.printf(Locale.ROOT, "%.3f %.3f %.3f%n", samples.median(), samples.at(0.99), samples.max());
            }
        }
    }

    private static double write(FileChannel file) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BYTES);
        long begin = System.nanoTime();
        file.write(block, file.size() % (BYTES << 10));
        file.force(false);
        return (System.nanoTime() - begin) / 1e6;
    }
}

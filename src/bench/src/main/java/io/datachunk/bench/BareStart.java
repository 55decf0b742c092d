package io.datachunk.bench;

import java.io.File;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;

/**
 * The least that a process does before it finds a chunk for the first time: it lists the names of one dataset, reads
 * bounds and ids from them, and looks a block up in a mapped file that it has put them into. No locks, no log, no threads,
 * nobody to read what it writes. Arguments: directory of a dataset, a new file, a block.
 */
final class BareStart {
    private static final int WORDS = 8;
    private static final byte[] DIGITS = new byte[128];

    private BareStart() {}

    /** Says the number of the chunk that begins with the block or before it. */
    public static void main(String[] arguments) throws Exception {
        String[] names = Objects.requireNonNull(new File(arguments[0]).list());
        for (int digit = 0; digit < 16; digit++) {
            DIGITS["0123456789abcdef".charAt(digit)] = (byte) digit;
        }
        long[] chunks = new long[names.length * WORDS];
        long[] starts = new long[names.length];
        for (int i = 0; i < names.length; i++) {
            parse(names[i], chunks, i * WORDS);
            starts[i] = chunks[i * WORDS] << 16 | i;
        }
        Arrays.sort(starts);
        try (FileChannel file = FileChannel.open(
                Path.of(arguments[1]), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long bytes = (long) (starts.length + chunks.length) * Long.BYTES;
            LongBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer();
            mapped.put(0, starts);
            mapped.put(starts.length, chunks);
            System.out.println(find(mapped, starts.length, Long.parseLong(arguments[2])));
        }
        System.in.read();
    }

    /** Start, end and the four words of an id. */
    private static void parse(String name, long[] into, int at) {
        byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
        int from = 0;
        for (int bound = 0; bound < 2; bound++) {
            for (; text[from] != '-'; from++) {
                into[at + bound] = 10 * into[at + bound] + text[from] - '0';
            }
            from++;
        }
        for (int i = 0; i < 64; i++) {
            into[at + 2 + i / 16] = into[at + 2 + i / 16] << 4 | DIGITS[text[from + i]];
        }
    }

    private static int find(LongBuffer mapped, int count, long block) {
        int low = 0;
        for (int high = count - 1; low < high; ) {
            int middle = (low + high + 1) / 2;
            if (mapped.get(middle) >>> 16 <= block) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return (int) mapped.get(low) & 0xffff;
    }
}

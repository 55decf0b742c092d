package io.datachunk.manager.transfer;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Direct buffers that transfer threads take turns with: never more than there are threads. Thread-safe. */
final class BufferPool {
    /** Within the 256 KB to 1 MB in which system calls stop mattering and a CPU's cache still holds the buffer. */
    static final int BUFFER_BYTES = 256 << 10;

    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }
}

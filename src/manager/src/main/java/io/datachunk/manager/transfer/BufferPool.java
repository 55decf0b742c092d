package io.datachunk.manager.transfer;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Direct buffers that transfer threads take turns with: never more than there are threads. Thread-safe. */
final class BufferPool {
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final int bufferBytes;

    BufferPool(int bufferBytes) {
        this.bufferBytes = bufferBytes;
    }

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? allocate() : buffer.clear();
    }

    /** From where {@link DirectFile} can write it. */
    private ByteBuffer allocate() {
        return ByteBuffer.allocateDirect(bufferBytes + DirectFile.BLOCK_BYTES)
                .alignedSlice(DirectFile.BLOCK_BYTES)
                .slice(0, bufferBytes);
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }
}

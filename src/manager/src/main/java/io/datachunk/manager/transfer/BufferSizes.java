package io.datachunk.manager.transfer;

/**
 * How large the buffers of one connection are. As large as is of use while there are few of them; of 200, each is slow, and all
 * together have 8 MB and as much again inside the JDK.
 *
 * @param socketBytes read from the kernel at once
 * @param bodyBytes written to a file at once; whole blocks
 */
record BufferSizes(int socketBytes, int bodyBytes) {
    /** The JDK's socket reads at most 128 KB a call. */
    private static final int MAX_SOCKET_BYTES = 128 << 10;

    /** Within the 256 KB to 1 MB in which system calls stop mattering and a CPU's cache still holds the buffer. */
    private static final int MAX_BODY_BYTES = 256 << 10;

    /** What all connections together may have. */
    private static final int ALL_SOCKETS_BYTES = 4 << 20;

    private static final int ALL_BODIES_BYTES = 4 << 20;

    /** Okio's step. */
    private static final int MIN_BYTES = 8 << 10;

    static BufferSizes of(int connections) {
        return new BufferSizes(
                Math.clamp(ALL_SOCKETS_BYTES / connections, MIN_BYTES, MAX_SOCKET_BYTES),
                Math.clamp(ALL_BODIES_BYTES / connections, MIN_BYTES, MAX_BODY_BYTES) & -DirectFile.BLOCK_BYTES);
    }
}

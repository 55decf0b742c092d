package io.datachunk.reader;

/** A reference that is handed on or kept: it is closed by one atomic instruction, where a monitor takes two. Thread-safe. */
final class KeptChunk extends HeldChunk {
    KeptChunk(Attachment attachment, int chunk, int stripe) {
        super(attachment, chunk, stripe);
    }

    @Override
    int takeStripe() {
        return (int) STRIPE.getAndSet(this, CLOSED);
    }
}

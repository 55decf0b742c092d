package io.datachunk.manager;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to hear of one kind of thing. They are called one at a time, in order, from one thread. Thread-safe. */
final class Listeners<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final ExecutorService thread;
    private final CopyOnWriteArrayList<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    Listeners(ExecutorService thread) {
        this.thread = thread;
    }

    /** Adds a listener; closing what is returned removes it. */
    AutoCloseable add(Consumer<T> listener) {
        Subscription subscription = new Subscription(listener);
        subscriptions.add(subscription);
        return subscription;
    }

    /** Tells everybody, later. Never blocks. */
    void tell(T news) {
        if (subscriptions.isEmpty()) {
            return;
        }
        try {
            thread.execute(() -> subscriptions.forEach(subscription -> subscription.tell(news)));
        } catch (RejectedExecutionException closed) {
            LOG.debug("nobody is told of {} any more", news);
        }
    }

    private final class Subscription implements AutoCloseable {
        private final Consumer<T> listener;

        Subscription(Consumer<T> listener) {
            this.listener = listener;
        }

        void tell(T news) {
            try {
                listener.accept(news);
            } catch (RuntimeException e) {
                LOG.error("a listener failed with {}", news, e);
            }
        }

        @Override
        public void close() {
            subscriptions.remove(this);
        }
    }
}

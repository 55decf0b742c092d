package io.datachunk.reader.format;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread of this process that writes and maps files which are or will be locked.
 *
 * <p>A channel is closed by the interruption of a thread that uses it, and closing one drops every lock of the process on
 * that inode. Callers may be interrupted at any time; nobody knows this thread, so nobody can interrupt it.
 */
final class FileThread {
    private static final ThreadPoolExecutor THREAD = thread();

    private FileThread() {}

    /** Something that does I/O. */
    interface Work<T> {
        T run() throws IOException;
    }

    /** Does it there, and waits; an interruption of the caller stays pending. */
    static <T> T call(Work<T> work) throws IOException {
        Future<T> result = THREAD.submit(work::run);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw rethrown(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException rethrown(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof IOException failure) {
            return failure;
        }
        if (cause instanceof RuntimeException failure) {
            throw failure;
        }
        if (cause instanceof Error failure) {
            throw failure;
        }
        return new IOException(failed);
    }

    private static ThreadPoolExecutor thread() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "datachunk-files");
                    thread.setDaemon(true);
                    thread.setContextClassLoader(null);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}

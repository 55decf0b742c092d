package io.datachunk.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@link BlockReader} in a process of its own. Owned by one thread. */
record Worker(Process process, Writer orders, BufferedReader answers) implements AutoCloseable {
    static Worker start(Path data, String dataset) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BlockReader.class.getName(),
                        data.toString(),
                        dataset))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Worker(
                process,
                new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8),
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    /** What it says to an order. */
    String tell(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new AssertionError("the worker ended instead of an answer to " + order);
        }
        return answer;
    }

    /** As a crash does. */
    void kill() {
        close();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}

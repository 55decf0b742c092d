package io.datachunk.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Contestants that take turns, so that what the machine does meanwhile meets all of them. Owned by one thread. */
final class Turns<T> {
    private final Map<String, Callable<T>> contestants = new LinkedHashMap<>();

    Turns<T> with(String name, Callable<T> contestant) {
        contestants.put(name, contestant);
        return this;
    }

    /** What each gave, by its name, in the order of the repeats; the first turns of each warm up and do not count. */
    Map<String, List<T>> run(int warmUps, int repeats) throws Exception {
        Map<String, List<T>> results = new LinkedHashMap<>();
        for (int repeat = -warmUps; repeat < repeats; repeat++) {
            for (var contestant : contestants.entrySet()) {
                T result = contestant.getValue().call();
                if (repeat >= 0) {
                    results.computeIfAbsent(contestant.getKey(), _ -> new ArrayList<>())
                            .add(result);
                }
            }
        }
        return results;
    }
}

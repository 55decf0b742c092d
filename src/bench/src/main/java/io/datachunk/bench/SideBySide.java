package io.datachunk.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that this project is measured by, beside what people would use instead: {@code mvn -q -Pbench verify}.
 *
 * <p>Contestants take turns within one run and each row is of their medians, with the best of each in brackets: only
 * what two of them have in one run may be compared. Arguments: {@code full} or {@code quick}, a directory on the disk to
 * measure, and the names of comparisons, all of them unless some are given. Ends with 1 if one of them did not run.
 */
public final class SideBySide {
    private static final Path MEMORY = Path.of("/dev/shm");

    private SideBySide() {}

    /** Runs the comparisons. */
    public static void main(String[] arguments) throws Exception {
        Map<String, Comparison> comparisons = new LinkedHashMap<>();
        comparisons.put("find", new FindComparison());
        comparisons.put("publish", new PublishComparison());
        comparisons.put("download", new DownloadComparison());
        comparisons.put("start", new StartComparison());
        comparisons.put("delete", new DeleteComparison());
        comparisons.put("stalls", new StallComparison());
        comparisons.put("calls", new CallComparison());
        Setting setting = new Setting(
                arguments[0].equals("quick"),
                Files.createDirectories(Path.of(arguments[1])).toRealPath(),
                MEMORY);
        List<String> names = List.of(arguments).subList(2, arguments.length);
        if (!comparisons.keySet().containsAll(names)) {
            throw new IllegalArgumentException("there are only these comparisons: " + comparisons.keySet());
        }
        if (!names.isEmpty()) {
            comparisons.keySet().retainAll(names);
        }

        Machine.describe(setting);
        List<String> shortOfGoal = new ArrayList<>();
        boolean failed = false;
        for (var comparison : comparisons.entrySet()) {
            Instant begin = Instant.now();
            Table table = new Table(comparison.getKey());
            try {
                comparison.getValue().run(setting, table);
            } catch (Exception e) {
                failed = true;
                System.out.println();
                e.printStackTrace(System.out);
            }
            shortOfGoal.addAll(table.shortOfGoal());
            System.out.printf(
                    "%n(%d s)%n", Duration.between(begin, Instant.now()).toSeconds());
        }
        if (failed) {
            System.out.println("\nNot everything could be measured: see above.");
        } else if (shortOfGoal.isEmpty()) {
            System.out.println("\nEvery goal is reached.");
        } else {
            System.out.println("\nShort of the goal:");
        }
        shortOfGoal.forEach(row -> System.out.println("- " + row));
        System.exit(failed ? 1 : 0);
    }
}

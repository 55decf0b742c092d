package io.datachunk.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/**
 * The reference protocol as a model ({@code src/test/model/references.pml}), explored exhaustively by SPIN: it holds, and
 * each mutant, which leaves out or moves one step, is caught by the property that the step is for.
 */
@Execution(ExecutionMode.CONCURRENT)
class ReferenceModelIT {
    private static final Path MODEL = Path.of("src/test/model/references.pml").toAbsolutePath();
    private static final int MOST_MINUTES = 15;

    /** What SPIN says when a property fails. */
    enum Caught {
        HELD_CHUNK_DELETED(
                "assertion violated .*directory\\[.*handleGeneration|assertion violated .*directory\\[.*\\+g\\)"),
        MISSED("assertion violated 0 "),
        MISCOUNTED("assertion violated \\((counter|onHeap)\\["),
        NEVER_DELETED("invalid end state"),
        LEFT_OVER("assertion violated \\(\\(c>=generation");

        private final Pattern said;

        Caught(String regex) {
            said = Pattern.compile("pan:1: (" + regex + ")");
        }
    }

    enum Mutant {
        CHECK_FIRST("COUNTERS", Caught.HELD_CHUNK_DELETED),
        SCAN_FIRST("COUNTERS", Caught.HELD_CHUNK_DELETED),
        NO_GENERATION("COUNTERS", Caught.HELD_CHUNK_DELETED),
        HEARTBEAT_ALONE("COUNTERS", Caught.HELD_CHUNK_DELETED),
        NO_REMOVAL("COUNTERS", Caught.NEVER_DELETED),
        VISIBLE_BEFORE_LOCKED("RESTARTS", Caught.HELD_CHUNK_DELETED),
        FRESH_ONE_TOO_LONG("RESTARTS", Caught.MISSED),
        MISS_UNCHECKED("RESTARTS", Caught.MISSED),
        LIST_FIRST("RESTARTS", Caught.HELD_CHUNK_DELETED),
        STALE_SCAN("RESTARTS", Caught.HELD_CHUNK_DELETED),
        UNRETIRE_DELETING("RESTARTS", Caught.HELD_CHUNK_DELETED),
        RESTART_DELETES("RESTARTS", Caught.HELD_CHUNK_DELETED),
        REMOVE_FIRST("RESTARTS", Caught.HELD_CHUNK_DELETED),
        FREE_FIRST("RESTARTS", Caught.LEFT_OVER),
        COPY_CHECK_FIRST("COPY", Caught.HELD_CHUNK_DELETED),
        COPY_UNCHECKED("COPY", Caught.HELD_CHUNK_DELETED),
        COPY_OTHER_STRIPE("COPY", Caught.HELD_CHUNK_DELETED),
        COPY_KEEPS_COUNT("COPY", Caught.MISCOUNTED),
        CLOSE_TWICE("COPY", Caught.MISCOUNTED),
        PIN_VALIDATE_FIRST("PINS", Caught.HELD_CHUNK_DELETED),
        PIN_REFUSED_IS_MISS("PINS", Caught.MISSED),
        NO_IDLE_PINS("PINS", Caught.NEVER_DELETED),
        IDLE_PINS_UNCLAIMED("PIN_THREADS", Caught.HELD_CHUNK_DELETED),
        NO_LAST_LOOK("EPOCHS", Caught.HELD_CHUNK_DELETED),
        GET_UNCHECKED("EPOCHS", Caught.HELD_CHUNK_DELETED),
        SIGNED_FRESHNESS("EPOCHS", Caught.HELD_CHUNK_DELETED),
        NOT_SUPERSEDED("EPOCHS", Caught.HELD_CHUNK_DELETED),
        RETIRE_BEFORE_SUPERSEDED("EPOCHS", Caught.HELD_CHUNK_DELETED),
        RESTART_NOT_SUPERSEDED("EPOCHS", Caught.HELD_CHUNK_DELETED),
        CURRENT_EPOCH_ONLY("EPOCHS", Caught.HELD_CHUNK_DELETED);

        private final String configuration;
        private final Caught caught;

        Mutant(String configuration, Caught caught) {
            this.configuration = configuration;
            this.caught = caught;
        }
    }

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"COUNTERS", "RESTARTS", "COPY", "PINS", "PIN_THREADS", "EPOCHS", "EPOCH_PINS"})
    void holds(String configuration) throws Exception {
        String said = explore("-O1", "-D" + configuration);

        assertThat(said)
                .contains("errors: 0")
                .doesNotContain("Search not completed")
                .doesNotContain("max search depth too small");
    }

    @ParameterizedTest
    @EnumSource
    void catches(Mutant mutant) throws Exception {
        String said = explore("-O0", "-D" + mutant.configuration, "-DMUTANT_" + mutant);

        assertThat(said).containsPattern(mutant.caught.said);
    }

    @Test
    void everyMutantOfTheModelIsTried() throws IOException {
        Set<String> inModel = Pattern.compile("MUTANT_([A-Z_]+)")
                .matcher(Files.readString(MODEL))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(Stream.of(Mutant.values()).map(Enum::name)).containsExactlyInAnyOrderElementsOf(inModel);
    }

    /** What the exploration of one configuration says; mutants are found sooner than a compiler optimises. */
    private String explore(String optimisation, String... definitions) throws Exception {
        for (String program : List.of("spin", "cc")) {
            require(program);
        }
        List<String> generate = new ArrayList<>(List.of("spin", "-a"));
        generate.addAll(List.of(definitions));
        generate.add(MODEL.toString());
        run(generate);
        run(List.of("cc", optimisation, "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"));
        return run(List.of("./pan", "-m100000", "-w22"));
    }

    private String run(List<String> command) throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
            String said = Files.readString(output);
            assertThat(ended).as("%s ends: %s", command, said).isTrue();
            assertThat(process.exitValue()).as("%s: %s", command, said).isZero();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    private static void require(String program) {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
        if (!there) {
            String reason = "the model of the references needs " + program + " on the PATH (Debian: spin, gcc)";
            assertThat(System.getenv("CI_REQUIRE_ALL")).as(reason).isNotEqualTo("true");
            System.out.println("skipped: " + reason);
            throw new TestAbortedException(reason);
        }
    }
}

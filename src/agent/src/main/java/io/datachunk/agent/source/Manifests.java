package io.datachunk.agent.source;

import io.datachunk.agent.source.Declaration.Unusable;
import io.datachunk.agent.source.Declaration.Usable;
import io.datachunk.agent.source.ManifestFile.Broken;
import io.datachunk.agent.source.ManifestFile.Located;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All manifest files as one desired state, and what is to be said about them. Immutable.
 *
 * @param problems a line for each thing that is not used, for people
 */
record Manifests(DesiredState state, int elsewhere, List<String> problems) {

    /**
     * Puts files together.
     *
     * @param files in the order in which the first of two objects of one name is used
     */
    static Manifests of(Collection<AcceptedFile> files, boolean complete) {
        Gathering gathering = new Gathering();
        files.forEach(file -> gathering.take(file.latest()));
        files.forEach(file -> file.retained().forEach(gathering::retain));
        ConflictRule.Outcome outcome = ConflictRule.judge(gathering.usable.values());
        outcome.rejected().forEach(lost -> gathering.problems.add(lost.name() + " is not used: " + lost.message()));
        gathering.rejected.addAll(outcome.rejected());
        return new Manifests(
                new DesiredState(outcome.chunks(), gathering.rejected, complete),
                gathering.elsewhere,
                List.copyOf(gathering.problems));
    }

    /** What has been put together so far. */
    private static final class Gathering {
        private final Map<String, String> placeByName = new LinkedHashMap<>();
        private final Map<String, Usable> usable = new LinkedHashMap<>();
        private final List<RejectedChunk> rejected = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private int elsewhere;

        void take(ManifestFile file) {
            file.broken().stream().map(Broken::message).forEach(problems::add);
            problems.addAll(file.notes());
            elsewhere += file.elsewhere();
            file.declarations().forEach(this::take);
        }

        private void take(Located located) {
            Optional<String> first = Optional.ofNullable(placeByName.putIfAbsent(located.name(), located.where()));
            if (first.isPresent()) {
                problems.add(located.where() + ": " + located.name() + " is not used: " + first.get()
                        + " declares the same name");
                return;
            }
            switch (located.declaration()) {
                case Usable good -> usable.put(good.name(), good);
                case Unusable bad -> rejected.add(bad.why());
            }
        }

        void retain(Located located) {
            if (located.declaration() instanceof Usable before) {
                usable.putIfAbsent(before.name(), before);
            }
        }
    }
}

package io.datachunk.agent.source;

import io.datachunk.agent.source.Declaration.Unusable;
import io.datachunk.agent.source.Declaration.Usable;
import io.datachunk.agent.source.ManifestFile.Broken;
import io.datachunk.agent.source.ManifestFile.Located;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a manifest file counts for, in the light of what it said before. Immutable.
 *
 * <p>A slip of an editor must not delete data. A text that became unparseable may have been any object of the file that is
 * missing now, so all of those stay until it can be read again; an object that became unusable stays as it was declared
 * before. A text that was broken beside the others already says nothing about an object that goes later.
 *
 * @param latest what the file says now
 * @param retained usable objects that it said before and does not say now
 * @param knownBroken broken texts that no object of before can be
 */
record AcceptedFile(ManifestFile latest, List<Located> retained, Set<String> knownBroken) {

    AcceptedFile {
        retained = List.copyOf(retained);
        knownBroken = Set.copyOf(knownBroken);
    }

    /** A file that is new. */
    static AcceptedFile first(ManifestFile read) {
        return new AcceptedFile(read, List.of(), brokenTexts(read));
    }

    /** The same file, read again. */
    AcceptedFile next(ManifestFile read) {
        Set<String> broken = brokenTexts(read);
        boolean anythingMayBeMeant = !knownBroken.containsAll(broken);
        Set<String> usable = names(read, Usable.class);
        Set<String> unusable = names(read, Unusable.class);
        List<Located> kept = usableBefore().values().stream()
                .filter(before -> !usable.contains(before.name()))
                .filter(before -> anythingMayBeMeant || unusable.contains(before.name()))
                .toList();
        return new AcceptedFile(read, kept, anythingMayBeMeant ? knownBroken : broken);
    }

    private Map<String, Located> usableBefore() {
        Map<String, Located> before = new LinkedHashMap<>();
        retained.forEach(located -> before.put(located.name(), located));
        latest.declarations().stream()
                .filter(located -> located.declaration() instanceof Usable)
                .forEach(located -> before.putIfAbsent(located.name(), located));
        return before;
    }

    private static Set<String> brokenTexts(ManifestFile file) {
        return file.broken().stream().map(Broken::text).collect(Collectors.toSet());
    }

    private static Set<String> names(ManifestFile file, Class<? extends Declaration> kind) {
        return file.declarations().stream()
                .filter(located -> kind.isInstance(located.declaration()))
                .map(Located::name)
                .collect(Collectors.toSet());
    }
}

package io.datachunk.agent.source;

import java.util.List;

/**
 * What one manifest file says. Immutable.
 *
 * @param declarations the DataChunk objects for this node that have a name, in the order of the file
 * @param elsewhere how many DataChunk objects are for other nodes
 * @param broken what could not even be parsed: any object may have been meant
 * @param notes what can be parsed and is of no use here
 */
record ManifestFile(List<Located> declarations, int elsewhere, List<Broken> broken, List<String> notes) {
    static final ManifestFile EMPTY = new ManifestFile(List.of(), 0, List.of(), List.of());

    ManifestFile {
        declarations = List.copyOf(declarations);
        broken = List.copyOf(broken);
        notes = List.copyOf(notes);
    }

    /**
     * A declaration and the place that it stands at.
     *
     * @param where for people: file and line
     */
    record Located(String where, Declaration declaration) {
        String name() {
            return declaration.name();
        }
    }

    /**
     * A text that is no manifest.
     *
     * @param text tells it from others, also when it moves within the file
     * @param message for people: file, line and reason
     */
    record Broken(String text, String message) {}

    /** A file that says nothing that can be used. */
    static ManifestFile unreadable(String message) {
        return new ManifestFile(List.of(), 0, List.of(new Broken(message, message)), List.of());
    }
}

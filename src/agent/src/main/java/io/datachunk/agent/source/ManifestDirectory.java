package io.datachunk.agent.source;

import io.datachunk.agent.source.Declaration.Unusable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The manifest files of a directory as they were last seen. Owned by one thread, that of the source.
 *
 * <p>A file counts once it has been left alone for a moment: one that is written in place would be read by halves. The same
 * moment passes before a file that is gone counts as removed, as editors take it away and put it back.
 */
final class ManifestDirectory {
    /** Longer than the pauses of a program that writes, and short enough for a change to arrive within a second. */
    static final Duration SETTLE = Duration.ofMillis(200);

    /** When it is given up to wait for a first look at every file. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(5);

    private final Path directory;
    private final ManifestReader reader;
    private final InstantSource clock;
    private final Map<String, Seen> files = new TreeMap<>();
    private final Set<String> brokenSinceStart = new HashSet<>();
    private final LongSupplier nanoTime;
    private @Nullable Long firstScan;
    private @Nullable Object firstDevice;
    private boolean readOnce;

    /**
     * A directory that has not been looked at.
     *
     * @param clock tells how long ago a file was written; when it jumps, at worst a file is read early or late by one look
     * @param nanoTime measures what passes from one look to the next
     */
    ManifestDirectory(Path directory, ManifestReader reader, InstantSource clock, LongSupplier nanoTime) {
        this.directory = directory;
        this.reader = reader;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * What a look at the directory gave.
     *
     * @param manifests empty until every file has been read once
     * @param unsettled whether a file is being changed right now: look again in {@link #SETTLE}
     */
    record Look(Optional<Manifests> manifests, boolean unsettled) {}

    /**
     * Looks at every file, and reads those that changed.
     *
     * @throws IOException if the directory cannot be listed; everything stays as it was
     */
    Look look() throws IOException {
        long now = nanoTime.getAsLong();
        if (firstScan == null) {
            firstScan = now;
        }
        Set<String> present = list();
        requireMounted(present);
        boolean unsettled = removeMissing(present, now);
        for (String name : present) {
            unsettled |= !lookAtFile(name);
        }
        boolean allRead = present.stream().allMatch(name -> files.containsKey(name));
        if (!readOnce && (allRead || now - firstScan > FIRST_LOOK.toNanos())) {
            readOnce = true;
            files.values().forEach(seen -> brokenSinceStart.addAll(mayBeAnything(seen.file)));
        }
        return new Look(readOnce ? Optional.of(gather(allRead)) : Optional.empty(), unsettled);
    }

    private Manifests gather(boolean allRead) {
        if (!brokenSinceStart.isEmpty()) {
            Set<String> still = new HashSet<>();
            files.values().forEach(seen -> still.addAll(mayBeAnything(seen.file)));
            brokenSinceStart.retainAll(still);
        }
        return Manifests.of(
                files.values().stream().map(seen -> seen.file).toList(), allRead && brokenSinceStart.isEmpty());
    }

    /** Texts of a file that may be any declaration, in whatever state they are. */
    private static Set<String> mayBeAnything(AcceptedFile file) {
        Set<String> texts = new HashSet<>();
        file.latest().broken().forEach(broken -> texts.add(broken.text()));
        file.latest().declarations().stream()
                .filter(located -> located.declaration() instanceof Unusable bad
                        && bad.id().isEmpty())
                .forEach(located -> texts.add(located.name()));
        return texts;
    }

    private Set<String> list() throws IOException {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                boolean manifest = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
                if (manifest && !name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    private void requireMounted(Set<String> present) throws IOException {
        Object device = Files.getAttribute(directory, "unix:dev");
        if (firstDevice == null) {
            firstDevice = device;
        } else if (!firstDevice.equals(device)) {
            if (present.isEmpty()) {
                throw new IOException("is on another file system than before and empty, as if unmounted");
            }
            firstDevice = device;
        }
    }

    /** Whether a file has just gone, and may come back. */
    private boolean removeMissing(Set<String> present, long now) {
        boolean waits = false;
        for (var entries = files.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<String, Seen> entry = entries.next();
            Seen seen = entry.getValue();
            if (present.contains(entry.getKey())) {
                seen.missingSince = null;
            } else if (seen.missingSince == null) {
                seen.missingSince = now;
                waits = true;
            } else if (now - seen.missingSince >= SETTLE.toNanos()) {
                entries.remove();
            } else {
                waits = true;
            }
        }
        return waits;
    }

    /** Whether the file is at rest. */
    private boolean lookAtFile(String name) {
        Path path = directory.resolve(name);
        Seen seen = files.get(name);
        try {
            Fingerprint before = Fingerprint.of(path);
            if (seen != null && before.equals(seen.fingerprint)) {
                return true;
            }
            Duration age = Duration.between(before.modified(), clock.instant());
            if (!age.isNegative() && age.compareTo(SETTLE) < 0) {
                return false;
            }
            ManifestFile read = read(path, before);
            if (!before.equals(Fingerprint.of(path))) {
                return false;
            }
            accept(name, before, read);
        } catch (NoSuchFileException justGone) {
            return false;
        } catch (IOException e) {
            accept(name, null, ManifestFile.unreadable(path + " cannot be read: " + reason(e)));
        }
        return true;
    }

    private void accept(String name, @Nullable Fingerprint fingerprint, ManifestFile read) {
        Seen seen = files.get(name);
        if (seen == null) {
            files.put(name, new Seen(fingerprint, AcceptedFile.first(read)));
        } else {
            seen.fingerprint = fingerprint;
            if (!seen.file.latest().equals(read)) {
                seen.file = seen.file.next(read);
            }
        }
    }

    private ManifestFile read(Path path, Fingerprint fingerprint) throws IOException {
        if (fingerprint.size() > ManifestReader.MAX_FILE_BYTES) {
            return ManifestFile.unreadable(path + " is larger than " + (ManifestReader.MAX_FILE_BYTES >> 20)
                    + " MiB: split it into several files");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString();
            return reader.read(path.getFileName().toString(), text);
        } catch (CharacterCodingException e) {
            return ManifestFile.unreadable(path + " is not UTF-8 text: write it as UTF-8");
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }

    /** A file, and what is remembered of it. */
    private static final class Seen {
        private @Nullable Fingerprint fingerprint;
        private AcceptedFile file;
        private @Nullable Long missingSince;

        Seen(@Nullable Fingerprint fingerprint, AcceptedFile file) {
            this.fingerprint = fingerprint;
            this.file = file;
        }
    }

    /** What differs when a file has changed; of a link, its target. */
    private record Fingerprint(
            Instant modified, long size, @Nullable Object key) {
        static Fingerprint of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new IOException("it is not a file");
            }
            return new Fingerprint(attributes.lastModifiedTime().toInstant(), attributes.size(), attributes.fileKey());
        }
    }
}

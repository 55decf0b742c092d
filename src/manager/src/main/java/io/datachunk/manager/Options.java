package io.datachunk.manager;

import io.datachunk.manager.transfer.AddressPolicy;
import java.net.ProxySelector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The settings of a {@link DataManager}. Immutable: every {@code with} method gives a changed copy.
 *
 * @param stateDir where the state files are; empty: {@code .state} in the data directory. Best on tmpfs
 * @param chunksAtOnce how many chunks download at the same time
 * @param connections how many files download at the same time, over all chunks
 * @param maxBytesPerSecond over all connections; {@link Long#MAX_VALUE}: no limit
 * @param diskReserveBytes bytes of the volume that downloads leave free
 * @param maxFileBytes the largest file that is accepted, declared or not
 * @param maxChunkBytes the largest chunk that is accepted: the sum of its files
 * @param allowedAddresses CIDRs that may be fetched from although a refusal covers them
 * @param deniedAddresses CIDRs that may not be fetched from. The longest matching prefix among both lists decides, a
 *     denial on a tie; then {@code refuseLocalAddresses}
 * @param refuseLocalAddresses whether loopback, link-local (with the clouds' metadata services), multicast and
 *     unspecified addresses are refused
 * @param credentials the request headers that a host wants
 * @param certificateAuthorities a PEM file of certificates that are trusted besides those of the Java runtime
 * @param proxies which proxy to ask for a URL
 * @param expectedVolume the volume that somebody outside of this machine remembers the data directory to be; empty: what
 *     the state remembers counts
 * @param acceptNewVolume whether to begin on a data directory that is another one than the remembered one
 */
public record Options(
        Optional<Path> stateDir,
        int chunksAtOnce,
        int connections,
        long maxBytesPerSecond,
        long diskReserveBytes,
        long maxFileBytes,
        long maxChunkBytes,
        List<String> allowedAddresses,
        List<String> deniedAddresses,
        boolean refuseLocalAddresses,
        Credentials credentials,
        Optional<Path> certificateAuthorities,
        ProxySelector proxies,
        Optional<UUID> expectedVolume,
        boolean acceptNewVolume) {

    /** Two chunks of 4 files keep 8 connections busy, and the next begin while the last files of one end. */
    private static final int CHUNKS_AT_ONCE = 4;

    /** Where one machine's loopback and a 10 Gbit/s link stop gaining; the goals of the design are measured at 8. */
    private static final int CONNECTIONS = 8;

    /** Room for the file system's own needs and for the logs of others. */
    private static final long DISK_RESERVE_BYTES = 256L << 20;

    /** A chunk is about 200 MB; fifty times that is a mistake. */
    private static final long MAX_FILE_BYTES = 10L << 30;

    private static final long MAX_CHUNK_BYTES = 20L << 30;

    /**
     * @throws IllegalArgumentException naming the setting that cannot be used
     */
    public Options {
        allowedAddresses = List.copyOf(allowedAddresses);
        deniedAddresses = List.copyOf(deniedAddresses);
        AddressPolicy.of(allowedAddresses, deniedAddresses, refuseLocalAddresses);
        requireAtLeast(1, chunksAtOnce, "chunksAtOnce");
        requireAtLeast(1, connections, "connections");
        requireAtLeast(1, maxBytesPerSecond, "maxBytesPerSecond");
        requireAtLeast(0, diskReserveBytes, "diskReserveBytes");
        requireAtLeast(1, maxFileBytes, "maxFileBytes");
        requireAtLeast(1, maxChunkBytes, "maxChunkBytes");
    }

    /** No limits but those of size; any address may be fetched, for the caller of a library chooses its URLs. */
    public static Options defaults() {
        return new Options(
                Optional.empty(),
                CHUNKS_AT_ONCE,
                CONNECTIONS,
                Long.MAX_VALUE,
                DISK_RESERVE_BYTES,
                MAX_FILE_BYTES,
                MAX_CHUNK_BYTES,
                List.of(),
                List.of(),
                false,
                Credentials.NONE,
                Optional.empty(),
                ProxySelector.of(null),
                Optional.empty(),
                false);
    }

    /** Puts the state files into {@code dir}, best on tmpfs and shared with every reader. */
    public Options withStateDir(Path dir) {
        return changed(draft -> draft.stateDir = Optional.of(dir));
    }

    /** Downloads that many chunks at the same time, 1 or more. */
    public Options withChunksAtOnce(int chunks) {
        return changed(draft -> draft.chunksAtOnce = chunks);
    }

    /** Downloads that many files at the same time, 1 or more. */
    public Options withConnections(int files) {
        return changed(draft -> draft.connections = files);
    }

    /** Caps the sum of all downloads, in bytes a second, 1 or more. */
    public Options withMaxBytesPerSecond(long bytes) {
        return changed(draft -> draft.maxBytesPerSecond = bytes);
    }

    /** Leaves that many bytes of the volume free, 0 or more. */
    public Options withDiskReserveBytes(long bytes) {
        return changed(draft -> draft.diskReserveBytes = bytes);
    }

    /** Refuses larger files, in bytes, 1 or more. */
    public Options withMaxFileBytes(long bytes) {
        return changed(draft -> draft.maxFileBytes = bytes);
    }

    /** Refuses larger chunks, in bytes, 1 or more. */
    public Options withMaxChunkBytes(long bytes) {
        return changed(draft -> draft.maxChunkBytes = bytes);
    }

    /** Makes exceptions to refusals, for example {@code 10.1.0.0/16} or {@code fd00::/8}. */
    public Options withAllowedAddresses(List<String> cidrs) {
        return changed(draft -> draft.allowedAddresses = cidrs);
    }

    /** Refuses addresses, for example {@code 0.0.0.0/0}. */
    public Options withDeniedAddresses(List<String> cidrs) {
        return changed(draft -> draft.deniedAddresses = cidrs);
    }

    /** Whether to refuse loopback, link-local, multicast and unspecified addresses. */
    public Options withRefuseLocalAddresses(boolean refuse) {
        return changed(draft -> draft.refuseLocalAddresses = refuse);
    }

    /** Sends the headers that {@code source} has for a host. */
    public Options withCredentials(Credentials source) {
        return changed(draft -> draft.credentials = source);
    }

    /** Trusts the certificates of a PEM file besides those of the Java runtime. */
    public Options withCertificateAuthorities(Path pem) {
        return changed(draft -> draft.certificateAuthorities = Optional.of(pem));
    }

    /** Asks the proxies that {@code selector} names. */
    public Options withProxies(ProxySelector selector) {
        return changed(draft -> draft.proxies = selector);
    }

    /** Refuses to begin on any other volume, or on an empty directory, unless a new volume is accepted. */
    public Options withExpectedVolume(UUID volume) {
        return changed(draft -> draft.expectedVolume = Optional.of(volume));
    }

    /** Whether to begin on a data directory that is another one than the remembered one. */
    public Options withAcceptNewVolume(boolean accept) {
        return changed(draft -> draft.acceptNewVolume = accept);
    }

    private Options changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.toOptions();
    }

    private static void requireAtLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " needs to be " + least + " or more, but is " + value);
        }
    }

    /** The components while one of them changes: the only place that lists them besides the record. Used by one thread. */
    private static final class Draft {
        private Optional<Path> stateDir;
        private int chunksAtOnce;
        private int connections;
        private long maxBytesPerSecond;
        private long diskReserveBytes;
        private long maxFileBytes;
        private long maxChunkBytes;
        private List<String> allowedAddresses;
        private List<String> deniedAddresses;
        private boolean refuseLocalAddresses;
        private Credentials credentials;
        private Optional<Path> certificateAuthorities;
        private ProxySelector proxies;
        private Optional<UUID> expectedVolume;
        private boolean acceptNewVolume;

        Draft(Options from) {
            stateDir = from.stateDir;
            chunksAtOnce = from.chunksAtOnce;
            connections = from.connections;
            maxBytesPerSecond = from.maxBytesPerSecond;
            diskReserveBytes = from.diskReserveBytes;
            maxFileBytes = from.maxFileBytes;
            maxChunkBytes = from.maxChunkBytes;
            allowedAddresses = from.allowedAddresses;
            deniedAddresses = from.deniedAddresses;
            refuseLocalAddresses = from.refuseLocalAddresses;
            credentials = from.credentials;
            certificateAuthorities = from.certificateAuthorities;
            proxies = from.proxies;
            expectedVolume = from.expectedVolume;
            acceptNewVolume = from.acceptNewVolume;
        }

        Options toOptions() {
            return new Options(
                    stateDir,
                    chunksAtOnce,
                    connections,
                    maxBytesPerSecond,
                    diskReserveBytes,
                    maxFileBytes,
                    maxChunkBytes,
                    allowedAddresses,
                    deniedAddresses,
                    refuseLocalAddresses,
                    credentials,
                    certificateAuthorities,
                    proxies,
                    expectedVolume,
                    acceptNewVolume);
        }
    }
}

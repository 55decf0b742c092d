package io.datachunk.api;

/** The names and bounds of the API group that more than one class needs. */
public final class DataChunkApi {
    public static final String GROUP = "datachunk.io";
    public static final String VERSION = "v1alpha1";
    public static final String API_VERSION = GROUP + "/" + VERSION;

    /** On a NodeChunks: its value is the uuid of the volume that may take the place of the one remembered, or {@code "true"} for any. */
    public static final String ACCEPT_VOLUME_ANNOTATION = GROUP + "/accept-volume";

    /** On a NodeChunkSlice: the node whose chunks it lists. */
    public static final String NODE_LABEL = GROUP + "/node";

    public static final String CONDITION_READY = "Ready";
    public static final String CONDITION_RECONCILING = "Reconciling";
    public static final String CONDITION_STALLED = "Stalled";
    public static final String CONDITION_VOLUME_PRESSURE = "VolumePressure";
    public static final String CONDITION_DELETES_HELD = "DeletesHeld";

    /** So many entries with the longest names and messages stay well under the megabyte that etcd takes. */
    public static final int MAX_SLICE_ENTRIES = 500;

    /** Characters in a message of an entry or a failure. */
    public static final int MAX_MESSAGE_CHARACTERS = 256;

    /** Failures that a DataChunk lists; the counts beside them are complete. */
    public static final int MAX_FAILURES = 16;

    /** The report objects are named {@code <node>} and {@code <node>.<n>}; names end at 253 characters. */
    public static final int MAX_NODE_NAME_CHARACTERS = 240;

    private DataChunkApi() {}
}

/** Finds the chunk of a block among the chunks on this node, and holds references to it. Needs nothing but java.base. */
@SuppressWarnings("module") // the manager is not on the reader's module path
module io.datachunk.reader {
    requires static org.jspecify;

    exports io.datachunk.reader;
    exports io.datachunk.reader.format to
            io.datachunk.manager;
}

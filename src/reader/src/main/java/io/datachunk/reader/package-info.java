/**
 * The library that query workers embed: finds the chunk of a block in the state files of this node, and holds
 * references to it. Uses java.base and {@code io.datachunk.reader.format} only.
 */
package io.datachunk.reader;

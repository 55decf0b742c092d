/** The process of the cluster. {@code chunk} decides and writes the status of DataChunks, {@code node} keeps what the nodes report; here they are put together. */
@NullMarked
package io.datachunk.operator;

import org.jspecify.annotations.NullMarked;

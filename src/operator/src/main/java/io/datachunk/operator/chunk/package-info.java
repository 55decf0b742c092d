/** The status of DataChunks: a pure roll-up, a pure rule when to write, and the reconciler that does it. */
@NullMarked
package io.datachunk.operator.chunk;

import org.jspecify.annotations.NullMarked;

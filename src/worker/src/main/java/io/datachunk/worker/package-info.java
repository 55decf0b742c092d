/** A query worker to learn from. It uses the reader library and nothing else, as a process or in a pod. */
@NullMarked
package io.datachunk.worker;

import org.jspecify.annotations.NullMarked;

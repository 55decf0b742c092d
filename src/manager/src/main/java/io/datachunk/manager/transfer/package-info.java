/** Moves bytes: HTTP, resume, limits, the address policy. Knows nothing of the plan or of the index. */
package io.datachunk.manager.transfer;

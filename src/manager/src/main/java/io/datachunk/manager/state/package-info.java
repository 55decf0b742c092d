/** The writer of the state files and the judge of references. Knows nothing of downloads. */
package io.datachunk.manager.state;

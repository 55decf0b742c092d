/** The data directory: names, staging, publish, delete, start-up, verification, space. Knows nothing of HTTP or of readers. */
package io.datachunk.manager.store;

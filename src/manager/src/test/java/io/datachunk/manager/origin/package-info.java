/** An HTTP server on loopback that answers honestly, or in every wrong way that a test can write down. */
package io.datachunk.manager.origin;

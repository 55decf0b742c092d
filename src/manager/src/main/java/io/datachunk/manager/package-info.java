/** Keeps the chunks of one data directory as they are desired: the public face of the engine. */
package io.datachunk.manager;

/**
 * The state files: one class a file, with a picture of its bytes, used by the reader here and by the writer in the
 * manager. Not for users of the library.
 */
package io.datachunk.reader.format;

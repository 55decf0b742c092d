/** What the nodes report: an index from chunks to nodes, the freshness of the reports, and the watches that feed both. */
@NullMarked
package io.datachunk.operator.node;

import org.jspecify.annotations.NullMarked;

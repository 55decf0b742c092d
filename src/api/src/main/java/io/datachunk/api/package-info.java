/**
 * The custom resources of {@code datachunk.io} as values, and the pure rules that agent and operator share. Knows Jackson and the resource model of the
 * Kubernetes client; talks to nobody. The schema of record is {@code crds/*.yaml}: a test holds these classes to it.
 */
@NullMarked
package io.datachunk.api;

import org.jspecify.annotations.NullMarked;

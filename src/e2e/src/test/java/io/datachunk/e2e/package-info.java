/**
 * Tests against a real API server. It is started from the programs in {@code KUBEBUILDER_ASSETS}, or reached by {@code KUBECONFIG}; without either the
 * tests skip and say so, and fail where {@code CI_REQUIRE_ALL} is {@code true}.
 */
@NullMarked
package io.datachunk.e2e;

import org.jspecify.annotations.NullMarked;

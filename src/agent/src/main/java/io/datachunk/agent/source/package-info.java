/**
 * Sources of desired state: which chunks this node shall hold, as a whole, and which declarations cannot be used. Knows the
 * values of the manager and the custom resources, and nothing of disks, HTTP or the command line.
 */
package io.datachunk.agent.source;

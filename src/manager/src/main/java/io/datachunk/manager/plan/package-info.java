/** The plan: desired state, what is on disk, what is in flight and why something waits, turned into steps by one event at a time. Pure: no I/O, no clock, no locks, no threads. */
package io.datachunk.manager.plan;

/**
 * The process on a node: command line, wiring, and the loop that gives the engine what a source wants, past the guard
 * against mass deletion.
 */
package io.datachunk.agent;

/** What people see of a running agent on a terminal or in a log. Rendering is pure. */
package io.datachunk.agent.progress;

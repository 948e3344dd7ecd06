/**
 * Walks the chain from the agent to the site, says of every link whether it holds, and by which command to mend it if not. It changes
 * nothing.
 */
package io.agentctl.doctor;

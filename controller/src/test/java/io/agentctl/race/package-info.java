/** Several processes at one home directory, and what they may leave. */
package io.agentctl.race;

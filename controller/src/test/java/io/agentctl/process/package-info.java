/** The controller as others meet it: a process with arguments, environment, streams, signals and an exit status. */
package io.agentctl.process;

/** What the operator can choose: defaults, then the file, then the environment, then the command line. */
package io.agentctl.config;

/** The connections to sites that this host has, and the file that holds them. */
package io.agentctl.connection;

/** What a running service has done since its start, counted and remembered in a bounded way. */
package io.agentctl.activity;

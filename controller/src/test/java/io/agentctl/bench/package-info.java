/**
 * Measures the controller beside servers that do the same job in C, as {@code scripts/bench} asks: processes as users start them, pulled
 * by a load client over real TLS. It reports and never judges: a figure over its budget fails nothing.
 */
package io.agentctl.bench;

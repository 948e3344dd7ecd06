/** The live state as metrics that Prometheus and its kin collect. The only user of the Prometheus library. */
package io.agentctl.metrics;

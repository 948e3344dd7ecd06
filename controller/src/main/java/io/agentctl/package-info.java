/** The composition root: the one place that wires the rooms of the controller together. */
package io.agentctl;

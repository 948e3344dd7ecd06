/** The command line: one class per verb, and one place that puts failures into words. The only room that uses picocli. */
package io.agentctl.cli;

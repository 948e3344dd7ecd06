/**
 * What is told of the command line beside {@code --help}: topics, manual pages and completion, all read from its model, so that none of them
 * can fall behind it. No command but {@code help} loads any of it.
 */
package io.agentctl.cli.manual;

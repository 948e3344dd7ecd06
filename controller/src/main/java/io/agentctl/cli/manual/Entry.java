package io.agentctl.cli.manual;

/**
 * What is to be known of one thing.
 *
 * @param term the thing
 * @param text some sentences
 */
record Entry(String term, String text) {}

package io.agentctl.live;

import java.util.function.Supplier;

/**
 * What is answered to one path.
 *
 * @param contentType as in HTTP
 * @param text written anew for every answer; by any thread
 */
public record Page(String contentType, Supplier<String> text) {}

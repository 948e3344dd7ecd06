package io.agentctl.bench;

import java.util.List;
import java.util.Map;

/**
 * What one part of the measurement found.
 *
 * @param markdown for people: tables, and what must be known to read them
 * @param figures for programs: everything that was measured
 */
record Chapter(String markdown, Map<String, List<Map<String, Object>>> figures) {}

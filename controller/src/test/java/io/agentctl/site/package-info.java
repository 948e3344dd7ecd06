/**
 * A simulated Checkmk site: its CAs, its agent receiver and its fetcher over real TLS. The tests' and the demo's peer; written from
 * what sites do, not from what our controller expects of them.
 */
package io.agentctl.site;

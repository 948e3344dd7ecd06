/**
 * Port 6556: who may connect, the announcement, TLS by server name, and the agent's output streamed to the fetcher. The only room
 * that uses Netty.
 */
package io.agentctl.pull;

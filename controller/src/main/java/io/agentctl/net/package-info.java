/** IP networks as users write them into lists of who may connect and what goes past a proxy. */
package io.agentctl.net;

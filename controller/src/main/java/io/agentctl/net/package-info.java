/** What several rooms need of the network: addresses as users write them, proxies, and an end to calls that know none. */
package io.agentctl.net;

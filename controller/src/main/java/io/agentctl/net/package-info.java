/** What several rooms need of the network: addresses as users write them, proxies, who has a port, and an end to calls that know none. */
package io.agentctl.net;

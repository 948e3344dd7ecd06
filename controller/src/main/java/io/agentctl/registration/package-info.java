/** How a host becomes known to a site: a new key, a certificate for it, and a connection in the registry. */
package io.agentctl.registration;

/** Keys and where they are kept, certificate requests, certificates and the decision whom to trust; no sockets and no state files. */
package io.agentctl.pki;

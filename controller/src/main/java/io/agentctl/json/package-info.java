/** JSON from files and peers that may be hostile: bounded, and never quoted in an error, since it may hold keys. */
package io.agentctl.json;

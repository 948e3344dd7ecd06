/** Who was served, refused, registered and renewed: one line of JSON for every decision, for those who have to account for it. */
package io.agentctl.audit;

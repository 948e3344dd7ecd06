/** Hours of a real host in minutes: sites pull while strangers flood, registrations change and agents misbehave; {@code scripts/soak} starts it. */
package io.agentctl.soak;

/** Files that grow by a line an event, and are renamed when they are full. */
package io.agentctl.log;

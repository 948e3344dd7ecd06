/** What is known about ourselves: as a record, as the JSON that sites parse, and as text for people (protocol.md, section 5). */
package io.agentctl.status;

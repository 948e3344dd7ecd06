/** Us as a native executable, compiled before it is run, without a JVM. */
package io.agentctl.executable;

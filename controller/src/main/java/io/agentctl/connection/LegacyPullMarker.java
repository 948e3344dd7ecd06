package io.agentctl.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file {@code allow-legacy-pull}, which opens the port in the clear while no connection is registered.
 *
 * @param path where it stands
 * @param disk what it is made and removed with
 */
record LegacyPullMarker(Path path, Disk disk) {

    boolean exists() {
        return Files.exists(path);
    }

    /**
     * Makes it.
     *
     * @return whether it was not there
     */
    boolean create() throws RegistryException {
        try {
            return new PrivateFile(path, disk).createIfMissing();
        } catch (IOException e) {
            throw new RegistryException("cannot write " + path + ": " + PrivateFile.reason(e), e);
        }
    }

    /** Removes it, if it is there. */
    void remove() throws RegistryException {
        try {
            new PrivateFile(path, disk).delete();
        } catch (IOException e) {
            throw new RegistryException("cannot remove " + path + ": " + PrivateFile.reason(e), e);
        }
    }
}

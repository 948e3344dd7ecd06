package io.agentctl.cli;

import io.agentctl.pki.KeyType;
import java.util.Arrays;
import java.util.Iterator;

/** The types of key as users write them, for help and completion. */
final class KeyTypeLabels implements Iterable<String> {
    /** Called by picocli. */
    KeyTypeLabels() {}

    @Override
    public Iterator<String> iterator() {
        return Arrays.stream(KeyType.values()).map(KeyType::label).iterator();
    }
}

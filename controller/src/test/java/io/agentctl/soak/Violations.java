package io.agentctl.soak;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What must not be. */
final class Violations {
    private static final int MOST = 50;

    private final List<String> all = new CopyOnWriteArrayList<>();

    void add(String violation) {
        if (all.size() < MOST) {
            all.add(violation);
        }
    }

    void demand(boolean holds, String otherwise) {
        if (!holds) {
            add(otherwise);
        }
    }

    List<String> all() {
        return List.copyOf(all);
    }
}

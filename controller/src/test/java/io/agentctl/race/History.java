package io.agentctl.race;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What several workers did, each one operation after the other. Asks whether there is an order of all of them, true to which ended
 * before which began, that explains their outcomes and what was found in the end.
 *
 * @param workers the operations of each worker, in order
 */
record History(List<List<Operation>> workers) {

    /** How many operations of each worker have taken effect, and what there is then. */
    private record Position(List<Integer> done, HomeState state) {}

    History {
        workers = List.copyOf(workers);
    }

    boolean explains(HomeState found) {
        return search(new Position(workers.stream().map(worker -> 0).toList(), HomeState.NEW), found, new HashSet<>());
    }

    private boolean search(Position position, HomeState found, Set<Position> seen) {
        if (!seen.add(position)) {
            return false;
        }
        if (isEnd(position)) {
            return found.mayBe(position.state());
        }
        for (int worker = 0; worker < workers.size(); worker++) {
            if (mayBeNext(worker, position.done())) {
                List<Integer> done = new ArrayList<>(position.done());
                Operation next = workers.get(worker).get(done.get(worker));
                done.set(worker, done.get(worker) + 1);
                for (HomeState state : next.after(position.state())) {
                    if (search(new Position(List.copyOf(done), state), found, seen)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean isEnd(Position position) {
        for (int worker = 0; worker < workers.size(); worker++) {
            if (position.done().get(worker) < workers.get(worker).size()) {
                return false;
            }
        }
        return true;
    }

    private boolean mayBeNext(int worker, List<Integer> done) {
        if (done.get(worker) == workers.get(worker).size()) {
            return false;
        }
        long begin = workers.get(worker).get(done.get(worker)).begin();
        for (int other = 0; other < workers.size(); other++) {
            List<Operation> theirs = workers.get(other);
            if (done.get(other) < theirs.size() && theirs.get(done.get(other)).end() < begin) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int worker = 0; worker < workers.size(); worker++) {
            for (Operation operation : workers.get(worker)) {
                text.append("worker ")
                        .append(worker)
                        .append(": ")
                        .append(operation)
                        .append('\n');
            }
        }
        return text.toString();
    }
}

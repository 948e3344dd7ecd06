package io.agentctl.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A key of the configuration file, as its reference explains it. Every command makes all of them, so it is done by the simplest means: what is linked
 * at the first use costs a short command more than all else here.
 *
 * @param name as it stands in the file; below a table with the table's name
 * @param byDefault what holds without it, as it would stand in the file; empty if nothing of the kind does
 * @param form what may stand there
 * @param meaning what it decides
 */
public record Key(String name, String byDefault, String form, String meaning) {

    /** Makes a key that decides between yes and no. */
    static Key flag(String name, boolean byDefault, String meaning) {
        return new Key(name, String.valueOf(byDefault), "`true`, `false`", meaning);
    }

    /** Makes a key for a whole number. */
    static Key number(String name, int byDefault, int least, int most, String meaning) {
        return new Key(
                name,
                String.valueOf(byDefault),
                String.join(" to ", String.valueOf(least), String.valueOf(most)),
                meaning);
    }

    /** Makes a key for one of a few words. */
    static Key choice(String name, String byDefault, String meaning, String... words) {
        return new Key(
                name,
                quoted(byDefault),
                "`\"".concat(String.join("\"`, `\"", words)).concat("\"`"),
                meaning);
    }

    /** Makes a key for a list of texts. */
    static Key texts(String name, String form, String meaning) {
        return new Key(name, "[]", "list of ".concat(form), meaning);
    }

    /** Makes a key for a text. */
    static Key text(String name, String byDefault, String form, String meaning) {
        return new Key(name, byDefault.isEmpty() ? "" : quoted(byDefault), form, meaning);
    }

    /** Returns the names of some keys at the top of the file. */
    static Set<String> names(List<Key> keys) {
        Set<String> names = new HashSet<>();
        for (Key key : keys) {
            int dot = key.name.indexOf('.');
            names.add(dot < 0 ? key.name : key.name.substring(0, dot));
        }
        return names;
    }

    private static String quoted(String text) {
        return "\"".concat(text).concat("\"");
    }
}

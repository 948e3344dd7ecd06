package io.agentctl.bench;

import java.util.Locale;

/**
 * What a figure should not exceed.
 *
 * @param most the limit
 * @param unit what it is counted in
 */
record Budget(double most, String unit) {

    /** Returns the limit as text. */
    @Override
    public String toString() {
        return "≤ " + number(most) + unit;
    }

    String verdict(double value) {
        return value <= most ? "ok" : "over";
    }

    /** Three significant digits, as far as noise allows anyone to believe them. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100) {
            return String.format(Locale.ROOT, "%,d", Math.round(value));
        }
        String digits = String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
        return digits.endsWith(".0") || digits.endsWith(".00") ? digits.substring(0, digits.indexOf('.')) : digits;
    }
}

package io.agentctl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table in Markdown, whose columns are as wide as what stands in them. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... columns) {
        rows.add(List.of(columns));
    }

    Table row(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + rows.get(0));
        }
        rows.add(List.of(cells));
        return this;
    }

    String markdown() {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < rows.get(0).size(); column++) {
            int index = column;
            widths.add(
                    rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0));
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(rows.get(0), widths));
        // The first column names the row; the others are figures.
        lines.add(line(
                        widths.stream()
                                .map(width -> "-".repeat(Math.max(3, width) - 1) + ":")
                                .toList(),
                        widths)
                .replaceFirst("-:", "--"));
        rows.subList(1, rows.size()).forEach(row -> lines.add(line(row, widths)));
        return String.join("\n", lines) + "\n";
    }

    private static String line(List<String> cells, List<Integer> widths) {
        List<String> padded = new ArrayList<>();
        for (int column = 0; column < cells.size(); column++) {
            int width = Math.max(3, widths.get(column));
            String cell = cells.get(column);
            String blanks = " ".repeat(width - cell.length());
            padded.add(column == 0 ? cell + blanks : blanks + cell);
        }
        return padded.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }
}

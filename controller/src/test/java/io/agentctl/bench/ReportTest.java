package io.agentctl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How figures come to stand in a document. */
class ReportTest {
    @Test
    void aTableIsAlignedForReadersOfTheSource() {
        Table table = new Table("server", "ms").row("ours", "1.50").row("another one", "12");

        assertThat(table.markdown()).isEqualTo("""
                | server      |   ms |
                | ----------- | ---: |
                | ours        | 1.50 |
                | another one |   12 |
                """);
    }

    @Test
    void aRowMustHaveAllColumns() {
        Table table = new Table("server", "ms");

        assertThatThrownBy(() -> table.row("ours"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 cells for [server, ms]");
    }

    @ParameterizedTest
    @CsvSource({"0.014, 0.01", "1.5, 1.50", "2, 2", "12.34, 12.3", "99.96, 100", "1234.5, '1,235'", "-3.14159, -3.14"})
    void numbersHaveThreeDigits(double value, String text) {
        assertThat(Budget.number(value)).isEqualTo(text);
    }

    @Test
    void aBudgetIsKeptUpToItsLimit() {
        Budget budget = new Budget(1.6, "×");

        assertThat(budget).hasToString("≤ 1.60×");
        assertThat(budget.verdict(1.6)).isEqualTo("ok");
        assertThat(budget.verdict(1.61)).isEqualTo("over");
    }

    @Test
    void aDocumentIsFilledBetweenTheMarksOnly() throws IOException {
        Document document = new Document("""
                before
                <!-- bench:cold -->
                old
                <!-- /bench:cold -->
                <!-- bench:pulls -->
                kept
                <!-- /bench:pulls -->
                """);

        Document filled = document.with("cold", "new\n");

        assertThat(filled.text()).isEqualTo("""
                before
                <!-- bench:cold -->

                new

                <!-- /bench:cold -->
                <!-- bench:pulls -->
                kept
                <!-- /bench:pulls -->
                """);
        assertThat(filled.with("cold", "new")).isEqualTo(filled);
    }

    @Test
    void aDocumentWithoutThePlaceIsLeftAlone() {
        Document document = new Document("<!-- /bench:cold -->\n<!-- bench:cold -->\n");

        assertThatThrownBy(() -> document.with("cold", "new"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "there is no place for 'cold', between the lines <!-- bench:cold --> and <!-- /bench:cold -->");
    }
}

package io.agentctl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is made of many values. */
class DistributionTest {
    @Test
    void medianOfAnOddCountIsTheMiddleOne() {
        assertThat(Distribution.of(List.of(9.0, 1.0, 2.0)).median()).isEqualTo(2.0);
    }

    @Test
    void medianOfAnEvenCountLiesBetweenTheMiddleTwo() {
        assertThat(Distribution.of(List.of(4.0, 1.0, 9.0, 2.0)).median()).isEqualTo(3.0);
    }

    @Test
    void percentilesAreValuesThatWereMeasured() {
        Distribution hundred = Distribution.of(
                IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList());

        assertThat(hundred.percentile(99)).isEqualTo(99.0);
        assertThat(hundred.percentile(100)).isEqualTo(100.0);
        assertThat(hundred.percentile(0)).isEqualTo(1.0);
        assertThat(Distribution.of(List.of(7.0)).percentile(99)).isEqualTo(7.0);
    }

    @Test
    void leastAndMostAreTheEnds() {
        Distribution distribution = Distribution.of(List.of(3.0, 1.0, 2.0));

        assertThat(distribution.least()).isEqualTo(1.0);
        assertThat(distribution.most()).isEqualTo(3.0);
    }

    @Test
    void nothingHasNoMedian() {
        assertThatThrownBy(() -> Distribution.of(Collections.emptyList()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nothing was measured");
    }
}

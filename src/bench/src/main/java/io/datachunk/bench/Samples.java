package io.datachunk.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the repeats of one measurement gave, in ascending order. Immutable. */
record Samples(double[] ascending) {

    Samples {
        if (ascending.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        ascending = ascending.clone();
        Arrays.sort(ascending);
    }

    static <T> Samples of(List<T> repeats, ToDoubleFunction<T> figure) {
        return new Samples(repeats.stream().mapToDouble(figure).toArray());
    }

    double median() {
        return at(0.5);
    }

    double min() {
        return ascending[0];
    }

    double max() {
        return ascending[ascending.length - 1];
    }

    /** The sample below which that share of the others is; of two in the middle their mean. */
    double at(double quantile) {
        int middle = ascending.length / 2;
        if (quantile == 0.5 && ascending.length % 2 == 0) {
            return (ascending[middle - 1] + ascending[middle]) / 2;
        }
        return ascending[(int) Math.min(ascending.length - 1L, (long) (quantile * ascending.length))];
    }
}

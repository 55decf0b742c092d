package io.datachunk.bench;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rows of one comparison, printed as Markdown as they come. Owned by the thread of the benchmark. */
final class Table {
    private static final String COLUMNS = "| %s | %s | %s | %s | %s | %s |%n";

    private final String title;
    private final List<String> shortOfGoal = new ArrayList<>();
    private boolean begun;

    Table(String title) {
        this.title = title;
    }

    /** Ours as a share of another's. */
    void ratio(String what, String unit, Samples ours, String peer, Samples theirs, @Nullable Goal goal) {
        row(what, told(ours, unit), peer + " " + told(theirs, unit), ours.median() / theirs.median(), "×", goal);
    }

    /** How many times ours another's is. */
    void timesFaster(String what, String unit, Samples ours, String peer, Samples theirs, @Nullable Goal goal) {
        row(what, told(ours, unit), peer + " " + told(theirs, unit), theirs.median() / ours.median(), "× faster", goal);
    }

    /** What ours takes beyond another's. */
    void beyond(String what, String unit, Samples ours, String peer, Samples theirs, @Nullable Goal goal) {
        row(what, told(ours, unit), peer + " " + told(theirs, unit), ours.median() - theirs.median(), unit, goal);
    }

    /** A figure that stands for itself. */
    void figure(String what, String unit, Samples ours, @Nullable Goal goal) {
        row(what, told(ours, unit), "", ours.median(), unit, goal);
    }

    /**
     * A row that cannot be measured here.
     *
     * @throws IllegalStateException where everything has to be there
     */
    void missing(String what, String why) {
        if (Boolean.parseBoolean(System.getenv("CI_REQUIRE_ALL"))) {
            throw new IllegalStateException(what + " cannot be measured: " + why);
        }
        row(what, "not measured: " + why, "", Double.NaN, "", null);
    }

    /** What fell short, for the end. */
    List<String> shortOfGoal() {
        return shortOfGoal;
    }

    private void row(String what, String ours, String beside, double figure, String unit, @Nullable Goal goal) {
        if (!begun) {
            System.out.printf("%n### %s%n%n", title);
            System.out.printf(COLUMNS, "", "ours", "beside", "figure", "must / aim", "reached");
            System.out.println("|---|---|---|---|---|---|");
            begun = true;
        }
        String goals = goal == null ? "" : number(goal.must()) + " / " + number(goal.aim());
        String verdict = goal == null ? "" : goal.verdict(figure);
        System.out.printf(
                COLUMNS, what, ours, beside, Double.isNaN(figure) ? "" : number(figure) + " " + unit, goals, verdict);
        if (goal != null && verdict.contains("short")) {
            shortOfGoal.add(
                    title + ": " + what + ": " + number(figure) + " " + unit + ", the goal is " + number(goal.must()));
        }
    }

    private static String told(Samples samples, String unit) {
        return number(samples.median()) + " (" + number(samples.min()) + ") " + unit;
    }

    /** As in {@code p99.99}; 1: the maximum. */
    static String quantile(double share) {
        return share == 1
                ? "max"
                : "p"
                        + new BigDecimal(Double.toString(share))
                                .movePointRight(2)
                                .stripTrailingZeros()
                                .toPlainString();
    }

    /** Three digits that count. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f", value);
    }
}

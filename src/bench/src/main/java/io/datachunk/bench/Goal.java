package io.datachunk.bench;

/**
 * What a figure has to reach, and what it should. Immutable.
 *
 * @param least whether more is better
 */
record Goal(double must, double aim, boolean least) {

    static Goal atMost(double must, double aim) {
        return new Goal(must, aim, false);
    }

    static Goal atLeast(double must, double aim) {
        return new Goal(must, aim, true);
    }

    String verdict(double figure) {
        if (reaches(figure, aim)) {
            return "aim";
        }
        return reaches(figure, must) ? "must" : "**short**";
    }

    private boolean reaches(double figure, double bound) {
        return least ? figure >= bound : figure <= bound;
    }
}

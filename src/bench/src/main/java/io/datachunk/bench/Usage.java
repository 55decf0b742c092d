package io.datachunk.bench;

/**
 * What a piece of work took.
 *
 * @param cpuSeconds in the program and in the kernel, on all cores together
 * @param megabytes the most memory that the process had at a time, of 2^20 bytes
 */
record Usage(double seconds, double cpuSeconds, double megabytes) {

    /** From three numbers with blanks between them. */
    static Usage parse(String line) {
        double[] numbers = Child.numbers(line);
        return new Usage(numbers[0], numbers[1], numbers[2]);
    }
}

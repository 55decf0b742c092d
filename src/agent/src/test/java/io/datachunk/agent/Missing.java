package io.datachunk.agent;

import org.opentest4j.TestAbortedException;

/** What a test needs and this machine does not have: it skips and says so, or fails where {@code CI_REQUIRE_ALL} is {@code true}. */
final class Missing {
    private Missing() {}

    /** To be thrown. */
    static RuntimeException from(Class<?> test, String what) {
        if (Boolean.parseBoolean(System.getenv("CI_REQUIRE_ALL"))) {
            throw new AssertionError(what + ", and in CI no test may skip");
        }
        System.out.println(test.getSimpleName() + " skips: " + what);
        return new TestAbortedException(what);
    }
}

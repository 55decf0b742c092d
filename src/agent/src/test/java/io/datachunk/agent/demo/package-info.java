/** The main job from end to end, told step by step: {@code mvn -q -Pdemo package}. Nothing of it ships. */
@org.jspecify.annotations.NullMarked
package io.datachunk.agent.demo;

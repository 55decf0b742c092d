package io.datachunk.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ServerRevisionTest {
    @Test
    void onlyALowerRevisionIsAStepBack() {
        assertThat(looks("7", "7", "9", "10", "4", "5", "4"))
                .containsExactly(false, false, false, false, true, false, true);
    }

    @Test
    void aServerThatDoesNotAnswerIsNotJudged() {
        assertThat(looks("7", "away", "", "words", "8", "away", "6"))
                .containsExactly(false, false, false, false, false, false, true);
    }

    private static List<Boolean> looks(String... versions) {
        Queue<String> answers = new ArrayDeque<>(List.of(versions));
        ServerRevision revision = new ServerRevision(() -> {
            String answer = answers.remove();
            if (answer.equals("away")) {
                throw new KubernetesClientException("connection refused");
            }
            return answer;
        });
        return List.of(versions).stream().map(_ -> revision.wentBack()).toList();
    }
}

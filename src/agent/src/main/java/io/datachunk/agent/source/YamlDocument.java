package io.datachunk.agent.source;

import java.util.ArrayList;
import java.util.List;

/**
 * One document of a YAML text: what stands between lines that begin with {@code ---}. Immutable.
 *
 * @param firstLine of the document within the whole text, counted from 1
 */
record YamlDocument(int firstLine, String text) {

    /** Takes a text apart; documents of nothing but blanks and comments are left out. */
    static List<YamlDocument> split(String text) {
        List<YamlDocument> documents = new ArrayList<>();
        int begin = 0;
        int beginLine = 1;
        int line = 1;
        boolean content = false;
        for (int at = 0; at < text.length(); line++) {
            int end = text.indexOf('\n', at);
            int next = end < 0 ? text.length() : end + 1;
            if (isSeparator(text, at, next)) {
                if (content) {
                    documents.add(new YamlDocument(beginLine, text.substring(begin, at)));
                }
                begin = at;
                beginLine = line;
                content = hasContent(text, at + 3, next);
            } else {
                content |= hasContent(text, at, next);
            }
            at = next;
        }
        if (content) {
            documents.add(new YamlDocument(beginLine, text.substring(begin)));
        }
        return documents;
    }

    private static boolean isSeparator(String text, int from, int to) {
        return text.startsWith("---", from) && (from + 3 >= to || Character.isWhitespace(text.charAt(from + 3)));
    }

    private static boolean hasContent(String text, int from, int to) {
        for (int at = from; at < to; at++) {
            char character = text.charAt(at);
            if (character == '#' || (character == '%' && at == from)) {
                return false;
            }
            if (!Character.isWhitespace(character) && character != '\uFEFF') {
                return true;
            }
        }
        return false;
    }
}

package io.agentctl.bench;

import java.io.IOException;

/**
 * A text with places that a measurement fills: what stands between the lines {@code <!-- bench:NAME -->} and {@code <!-- /bench:NAME
 * -->}.
 *
 * @param text the whole text
 */
record Document(String text) {

    /**
     * Fills a place.
     *
     * @param name of the place
     * @param content what shall stand there
     * @return the text with it
     * @throws IOException if there is no such place
     */
    Document with(String name, String content) throws IOException {
        String open = "<!-- bench:" + name + " -->\n";
        String close = "<!-- /bench:" + name + " -->";
        int begin = text.indexOf(open);
        int end = text.indexOf(close, Math.max(begin, 0));
        if (begin < 0 || end < 0) {
            throw new IOException(
                    "there is no place for '" + name + "', between the lines " + open.strip() + " and " + close);
        }
        return new Document(
                text.substring(0, begin + open.length()) + "\n" + content.strip() + "\n\n" + text.substring(end));
    }
}

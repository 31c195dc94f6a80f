package io.nspawn.testkit.lab;

/** The last characters of a text, so that a flood takes no memory. Safe for several threads. */
final class TextTail {
    private final int bound;
    private final StringBuilder text = new StringBuilder();

    TextTail(int bound) {
        this.bound = bound;
    }

    synchronized void add(char[] characters, int count) {
        text.append(characters, 0, count);
        if (text.length() > 2 * bound) {
            text.delete(0, text.length() - bound);
        }
    }

    synchronized String text() {
        return text.substring(Math.max(0, text.length() - bound));
    }
}

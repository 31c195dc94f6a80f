package io.nspawn.config;

/**
 * The two ways in which systemd.nspawn(5) splits a value, from the writer's side.
 *
 * <p>A value with a line break or NUL fits into neither and is refused by {@link SystemdFile.Entry}.
 */
public final class Quoting {
    private Quoting() {}

    /**
     * One word of {@code Parameters=} or {@code Environment=} (split with UNQUOTE and RETAIN_ESCAPE): quotes group, a
     * backslash is always itself, so that a quote can only be written inside the other kind of quote.
     */
    public static String word(String text) {
        if (!text.isEmpty() && text.chars().allMatch(Quoting::isPlain)) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int from = 0;
        do {
            char quote = text.startsWith("\"", from) ? '\'' : '"';
            int next = text.indexOf(quote, from);
            int to = next < 0 ? text.length() : next;
            out.append(quote).append(text, from, to).append(quote);
            from = to;
        } while (from < text.length());
        return out.toString();
    }

    /** One field of {@code Bind=} and its like (split at colons): a backslash makes the next character itself. */
    public static String field(String text) {
        return text.replace("\\", "\\\\").replace(":", "\\:");
    }

    /**
     * One word of a unit file's value, where specifiers are expanded and C escapes count (systemd.syntax(7)).
     */
    public static String unitWord(String text) {
        String escaped = text.replace("%", "%%");
        if (escaped.chars().allMatch(Quoting::isPlain)) {
            return escaped;
        }
        return '"' + escaped.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean isPlain(int c) {
        return c > ' ' && c != '"' && c != '\'' && c != '\\' && c != 0x7f;
    }
}

package io.nspawn.osa;

/**
 * One thing about a line of a YAML file.
 *
 * @param line from 1
 * @param key the path of keys that leads there, parted by dots; empty for the file
 * @param problem what is wrong
 * @param remedy what would be right
 */
public record YamlFinding(int line, String key, String problem, String remedy) implements Comparable<YamlFinding> {
    @Override
    public int compareTo(YamlFinding other) {
        return Integer.compare(line, other.line);
    }

    @Override
    public String toString() {
        return "line " + line + ": " + (key.isEmpty() ? "" : key + ": ") + problem + " (" + remedy + ")";
    }
}

package io.nspawn.examples.allinone;

import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Size;
import io.nspawn.net.Prefix;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What stands at the end, for people. */
final class Table {
    /** One container: how it is, and what it wrote. */
    record Row(ContainerStatus status, OptionalLong ownBytes) {}

    private final PrintStream out;

    Table(PrintStream out) {
        this.out = out;
    }

    void print(List<Row> rows) {
        int name = width(rows.stream().map(r -> r.status().machine().value()).toList(), "NAME");
        int addresses = width(rows.stream().map(Table::addresses).toList(), "ADDRESSES");
        String format = "%-" + name + "s  %-8s  %-" + addresses + "s  %8s  %5s  %8s%n";
        out.printf(Locale.ROOT, format, "NAME", "STATE", "ADDRESSES", "MEMORY", "TASKS", "ON DISK");
        for (Row row : rows) {
            ContainerStatus status = row.status();
            out.printf(
                    Locale.ROOT,
                    format,
                    status.machine(),
                    status.state().name().toLowerCase(Locale.ROOT),
                    addresses(row),
                    size(status.memoryBytes()),
                    status.tasks().isPresent() ? String.valueOf(status.tasks().getAsLong()) : "-",
                    size(row.ownBytes()));
        }
    }

    /**
     * The sums, beside those that the layout's author published in 2017.
     *
     * @param image bytes of the pool before the first container
     * @param grown bytes that all containers together added to it
     */
    void printTotals(List<Row> rows, long image, long grown) {
        long memory =
                rows.stream().mapToLong(r -> r.status().memoryBytes().orElse(0)).sum();
        long tasks = rows.stream().mapToLong(r -> r.status().tasks().orElse(0)).sum();
        out.printf(Locale.ROOT, "%n%d containers: memory %s, %d tasks%n", rows.size(), Size.ofBytes(memory), tasks);
        String format = "%-22s %12s %12s %22s%n";
        out.printf(Locale.ROOT, format, "on disk", "altogether", "the image", "beyond it, a container");
        out.printf(
                Locale.ROOT,
                format,
                "here, " + rows.size() + " containers",
                Size.ofBytes(image + grown),
                Size.ofBytes(image),
                Size.ofBytes(grown / rows.size()));
        out.printf(Locale.ROOT, format, "the post, about 32", "1.8G", "761.0M", "35.1M");
    }

    private static String addresses(Row row) {
        return row.status().addresses().stream()
                .map(Prefix::address)
                .map(Object::toString)
                .collect(Collectors.joining(" "));
    }

    private static String size(OptionalLong bytes) {
        return bytes.isPresent() ? Size.ofBytes(bytes.getAsLong()).toString() : "-";
    }

    private static int width(List<String> cells, String heading) {
        return Math.max(
                heading.length(), cells.stream().mapToInt(String::length).max().orElse(0));
    }
}

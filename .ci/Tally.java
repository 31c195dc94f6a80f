import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads Surefire's reports: prints a line for each module, names what failed and what was skipped and why, and appends
 * "PASSED FAILED SKIPPED" to a file. Usage: java Tally.java FILE REPORT-DIRECTORY...
 */
final class Tally {
    private record Test(String name, String end, String why) {}

    public static void main(String[] arguments) throws IOException, XMLStreamException {
        var modules = new TreeMap<String, List<Test>>();
        for (String directory : List.of(arguments).subList(1, arguments.length)) {
            if (Files.isDirectory(Path.of(directory))) {
                modules.put(Path.of(directory).toAbsolutePath().normalize().getParent().getParent().getFileName().toString(), read(Path.of(directory)));
            }
        }
        modules.forEach((module, tests) -> System.out.println(module + ": " + total(tests)));
        List<Test> all = modules.values().stream().flatMap(List::stream).toList();
        print("Failed", all, "failed");
        print("Skipped", all, "skipped");
        Files.writeString(
                Path.of(arguments[0]),
                count(all, "passed") + " " + count(all, "failed") + " " + count(all, "skipped") + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static List<Test> read(Path directory) throws IOException, XMLStreamException {
        List<Test> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.getFileName().toString().matches("TEST-.*\\.xml")).sorted().toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    XMLInputFactory factory = XMLInputFactory.newFactory();
                    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
                    read(factory.createXMLStreamReader(in), tests);
                }
            }
        }
        return tests;
    }

    private static void read(XMLStreamReader xml, List<Test> tests) throws XMLStreamException {
        Test test = null;
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "testcase" -> test = new Test(attribute(xml, "classname") + "." + attribute(xml, "name"), "passed", "");
                    case "failure", "error" -> test = ended(test, "failed", attribute(xml, "message"));
                    // An assumption's message is in the text, a disabled test's in the attribute.
                    case "skipped" -> test = ended(test, "skipped", attribute(xml, "message") + "\n" + xml.getElementText());
                    default -> {}
                }
            } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("testcase")) {
                tests.add(test);
            }
        }
    }

    private static Test ended(Test test, String end, String why) {
        String line = why.lines().map(String::strip).filter(text -> !text.isEmpty()).findFirst().orElse("no reason given");
        line = line.replaceFirst("^[\\w.$]+Exception: ", "");
        return new Test(test.name(), end, line);
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    private static void print(String heading, List<Test> tests, String end) {
        List<Test> those = tests.stream().filter(test -> test.end().equals(end)).toList();
        if (!those.isEmpty()) {
            System.out.println(heading + ":");
            those.forEach(test -> System.out.println("  " + test.name() + ": " + test.why()));
        }
    }

    private static long count(List<Test> tests, String end) {
        return tests.stream().filter(test -> test.end().equals(end)).count();
    }

    private static String total(List<Test> tests) {
        return count(tests, "passed") + " passed, " + count(tests, "failed") + " failed, " + count(tests, "skipped") + " skipped";
    }
}

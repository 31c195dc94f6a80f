package io.nspawn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.NspawnException;
import io.nspawn.testkit.FakeHost;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every block of Java in README.md and docs/ compiles. One that says {@code java run} behind its fence is run on the host in
 * memory too, and one with annotations is the head of a test class.
 */
public class SnippetsTest {
    private static final Path ROOT = Path.of("..");
    private static final String FENCE = "```";

    /** What every snippet may name: a host, a galera that is deployed, and what it was made from. */
    private static final String PRELUDE = """
            import io.nspawn.*;
            import io.nspawn.config.nspawn.*;
            import io.nspawn.deploy.*;
            import io.nspawn.examples.SnippetsTest;
            import io.nspawn.host.*;
            import io.nspawn.model.*;
            import io.nspawn.spi.*;
            import io.nspawn.testkit.*;
            import io.nspawn.testkit.lab.*;
            import java.net.URI;
            import java.nio.file.*;
            import java.time.Duration;
            import java.util.*;
            import org.junit.jupiter.api.*;
            import org.junit.jupiter.api.extension.*;
            """;

    private static final String BODY = """
            public class Snippet {
                public static void run(Host HOST, ContainerSpec spec, List<ContainerSpec> specs, Container container)
                        throws Exception {
            CODE
                }
            }
            """;

    private record Snippet(Path file, int line, String kind, String text) {
        String source() {
            boolean isClass = text.contains("@RegisterExtension") || text.contains("@LabTest");
            String body = isClass
                    ? (text.contains("class ") ? text : "class Snippet {\n" + text + "\n}")
                    : BODY.replace("HOST", text.contains("Host host =") ? "given" : "host")
                            .replace("CODE", text.replace("Host.local()", "SnippetsTest.open(given)"));
            String operation =
                    isClass ? "import io.nspawn.testkit.Operation;\n" : "import io.nspawn.model.Operation;\n";
            return operation + PRELUDE + body.replace("{ … }", "{ }");
        }
    }

    @TempDir
    Path classes;

    /** What stands in a snippet for this machine. */
    public static Host open(Host host) {
        return host;
    }

    @TestFactory
    Stream<DynamicTest> eachCompiles() throws IOException {
        return snippets().stream()
                .map(snippet -> DynamicTest.dynamicTest(
                        snippet.file().getFileName() + ":" + snippet.line(), () -> check(snippet)));
    }

    private void check(Snippet snippet) throws Exception {
        Path target = Files.createDirectories(classes.resolve(snippet.file().getFileName() + "-" + snippet.line()));
        StringWriter said = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return snippet.source();
                    }
                };
        List<String> options =
                List.of("-proc:none", "-d", target.toString(), "-classpath", System.getProperty("java.class.path"));
        boolean compiled = compiler.getTask(said, null, null, options, null, List.of(source))
                .call();
        assertThat(compiled).as(said + "\n" + snippet.source()).isTrue();
        if (snippet.kind().equals("java run")) {
            run(target);
        }
    }

    private static void run(Path compiled) throws Exception {
        try (URLClassLoader loader =
                        new URLClassLoader(new URL[] {compiled.toUri().toURL()}, SnippetsTest.class.getClassLoader());
                FakeHost host = SnippetHost.make()) {
            loader.loadClass("Snippet")
                    .getMethod("run", Host.class, ContainerSpec.class, List.class, Container.class)
                    .invoke(null, host, SnippetHost.spec(), List.of(SnippetHost.spec()), SnippetHost.deployed(host));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof NspawnException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private static List<Snippet> snippets() throws IOException {
        List<Snippet> all = new ArrayList<>();
        List<Path> files = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
        }
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith(FENCE + "java")) {
                    int end = i + 1;
                    while (!lines.get(end).startsWith(FENCE)) {
                        end++;
                    }
                    String kind = lines.get(i).substring(FENCE.length());
                    all.add(new Snippet(file, i + 1, kind, String.join("\n", lines.subList(i + 1, end))));
                    i = end;
                }
            }
        }
        assertThat(all).isNotEmpty();
        return all;
    }
}

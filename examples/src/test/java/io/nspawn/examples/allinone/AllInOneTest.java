package io.nspawn.examples.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nspawn.model.ContainerSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AllInOneTest {
    @TempDir
    Path directory;

    @Test
    void runsInMemoryAndWritesItsFigures() throws IOException {
        Path json = directory.resolve("figures.json");

        int status = new CommandLine(new Main()).execute("--memory", "--containers=32", "--json=" + json);

        assertThat(status).isZero();
        JsonNode figures = new ObjectMapper().readTree(Files.readString(json));
        assertThat(figures.get("host").asText()).isEqualTo("memory");
        assertThat(figures.get("containers").asInt()).isEqualTo(32);
        assertThat(figures.get("ready").asInt()).isEqualTo(32);
        assertThat(figures.get("failedUnits").asInt()).isZero();
        assertThat(figures.get("seconds").has("shell")).isFalse();
        assertThat(figures.has("leftovers")).isFalse();
    }

    @Test
    void refusesWhatItCannotRun() {
        StringWriter said = new StringWriter();

        int status =
                new CommandLine(new Main()).setErr(new PrintWriter(said, true)).execute("--memory", "--here");

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.toString()).contains("mutually exclusive");
    }

    @Test
    void everyContainerHasTwoOrThreeNetworksAndNamesOfItsOwn() {
        List<ContainerSpec> specs = Layout.specs(900, "debian-12");

        assertThat(specs.subList(0, 32))
                .allSatisfy(spec -> assertThat(spec.nics()).hasSizeBetween(2, 3));
        assertThat(specs).extracting(ContainerSpec::machine).doesNotHaveDuplicates();
        assertThat(specs.stream().flatMap(spec -> spec.nics().stream()).flatMap(nic -> nic.addresses().stream()))
                .doesNotHaveDuplicates();
        assertThat(specs.get(0).name()).isEqualTo("aio1_galera_container-4ed0d84a");
        assertThat(specs.get(0).machine()).hasToString("aio1-galera-container-4ed0d84a");
    }
}

package io.nspawn.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.SpecChange.Kind;
import io.nspawn.deploy.Step.ReloadUnits;
import io.nspawn.deploy.Step.WriteFile;
import io.nspawn.internal.Json;
import io.nspawn.model.MachineName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A plan as JSON, read by somebody else's reader. */
class PlanJsonTest {
    private static final MachineName WEB = MachineName.of("web");

    @Test
    void everyFieldIsThere() throws JsonProcessingException {
        WriteFile write = new WriteFile(WEB, Path.of("/etc/a"), "new\n");
        Plan plan = new Plan(
                List.of(
                        new PlannedStep(write, Change.MODIFY, "-old, +new", "old\n", "new\n"),
                        new PlannedStep(new ReloadUnits(), Change.UNCHANGED, "")),
                List.of("a \"note\""),
                List.of(new SpecChange(WEB, Kind.RESTART, "+[Files] Bind=/a:/b", true)),
                Map.of());

        JsonNode json = new ObjectMapper().readTree(plan.toJson());

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly("changesNothing", "steps", "changes", "effective", "notes");
        assertThat(json.get("changesNothing").asBoolean()).isFalse();
        assertThat(json.get("steps").get(0).toString())
                .isEqualTo(
                        "{\"phase\":\"write\",\"kind\":\"WriteFile\",\"machine\":\"web\",\"change\":\"modify\","
                                + "\"summary\":\"write /etc/a\",\"detail\":\"-old, +new\",\"before\":\"old\\n\",\"after\":\"new\\n\"}");
        assertThat(json.get("steps").get(1).get("machine").asText()).isEmpty();
        assertThat(json.get("changes").toString())
                .isEqualTo(
                        "[{\"machine\":\"web\",\"kind\":\"restart\",\"line\":\"+[Files] Bind=/a:/b\",\"waits\":true}]");
        assertThat(json.get("notes").get(0).asText()).isEqualTo("a \"note\"");
    }

    @Property
    void textsComeBackAsTheyWere(@ForAll String text, @ForAll Map<String, List<Integer>> more)
            throws JsonProcessingException {
        String written = Json.write(Map.of("text", List.of(text), "more", more));

        JsonNode json = new ObjectMapper().readTree(written);

        assertThat(json.get("text").get(0).asText()).isEqualTo(text);
        assertThat(json.get("more")).isEqualTo(new ObjectMapper().valueToTree(more));
        assertThat(written.chars().filter(c -> c < ' ')).allMatch(c -> c == '\n');
    }

    @Test
    void whatHasNoFormIsRefused() {
        assertThatThrownBy(() -> Json.write(List.of(1.5))).isInstanceOf(IllegalArgumentException.class);
    }
}

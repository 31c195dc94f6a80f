package io.nspawn.examples.allinone;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run measured, as its JSON file has it. A figure that was not measured is left out.
 *
 * @param host {@code lab}, {@code here} or {@code memory}
 * @param systemd the major version
 * @param ready how many containers came up with all their addresses
 * @param leftovers how many traces were found after the removal
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Figures(
        String host,
        String systemd,
        int containers,
        int ready,
        int failedUnits,
        Seconds seconds,
        Bytes bytesPerContainer,
        @Nullable Integer leftovers) {
    /**
     * Times in seconds.
     *
     * @param provision until every root and file was in place
     * @param ready until every container was up with its addresses, provisioning included; with a comparison the median
     *     of its rounds and the last deploy
     * @param second of a second deploy, which found all as it was
     * @param remove of all of them
     * @param shell until every container was up, by a shell script in the same run: the median of its rounds
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Seconds(
            double provision,
            double ready,
            double second,
            @Nullable Double remove,
            @Nullable Double shell) {}

    /**
     * Growth of the pool.
     *
     * @param cloned after cloning and configuring, before the first start
     * @param ready once all were up
     */
    record Bytes(long cloned, long ready) {}

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    void write(Path file) throws IOException {
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
    }
}

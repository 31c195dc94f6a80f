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
 * @param readyAfterReboot how many containers came up by themselves with all their addresses, once the host was rebooted
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
        @Nullable Integer leftovers,
        @Nullable Integer readyAfterReboot) {
    /**
     * Times in seconds.
     *
     * @param provision until every root and file was in place
     * @param ready until every container was up with its addresses, provisioning included; with a comparison the median
     *     of its rounds and the last deploy
     * @param second of a second deploy, which found all as it was
     * @param remove of all of them
     * @param setUp of a bare host until it could carry the containers
     * @param reboot of the host, from the order to reboot until every container was up with its addresses
     * @param shell until every container was up, by a shell script in the same run: the median of its rounds
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Seconds(
            double provision,
            double ready,
            double second,
            @Nullable Double remove,
            @Nullable Double shell,
            @Nullable Double setUp,
            @Nullable Double reboot) {}

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

    static Figures read(Path file) throws IOException {
        return new ObjectMapper().readValue(file.toFile(), Figures.class);
    }

    /** The same with what came of a reboot. */
    Figures rebooted(int readyThen, double took) {
        Seconds all = new Seconds(
                seconds.provision, seconds.ready, seconds.second, seconds.remove, seconds.shell, seconds.setUp, took);
        return new Figures(host, systemd, containers, ready, failedUnits, all, bytesPerContainer, leftovers, readyThen);
    }

    void write(Path file) throws IOException {
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
    }
}

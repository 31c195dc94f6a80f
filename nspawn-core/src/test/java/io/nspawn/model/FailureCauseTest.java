package io.nspawn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureCauseTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INOTIFY_INSTANCES|Failed to allocate manager object: Too many open files",
                "LOWER_INTERFACE_NOT_READY|Network interface br-lan is not initialized yet.",
                "ADDRESS_IN_USE|Failed to add new macvlan interfaces: Address already in use",
                "ROOT_MISSING|No image for machine 'web'.",
                "IMAGE_BUSY|Directory tree /var/lib/machines/web is currently busy.",
                "BAD_SETTING|/etc/systemd/nspawn/web.nspawn:1: Invalid section header '[Exec'",
                "POOL_FULL|Failed to create /var/lib/machines/web/x: No space left on device",
            })
    void theWordsOfTheJournalNameTheCause(FailureCause cause, String line) {
        assertThat(FailureCause.of(List.of("Starting web.service", line, "Failed with result 'exit-code'.")))
                .hasValue(cause);
        assertThat(cause.remedy()).endsWith(".");
    }

    @Test
    void otherWordsNameNone() {
        assertThat(FailureCause.of(List.of())).isEmpty();
        assertThat(FailureCause.of(List.of("web.service: Failed with result 'exit-code'.")))
                .isEmpty();
    }
}

package io.nspawn.model;

import java.util.List;
import java.util.stream.Collectors;

/** The host lacks something that the containers need; {@link #findings()} says what, and how to cure it. */
public final class HostNotReadyException extends NspawnException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    public HostNotReadyException(String operation, List<Finding> findings) {
        super(
                Failure.of(
                        operation,
                        "this host",
                        findings.stream().map(Finding::toString).collect(Collectors.joining("; "))),
                null);
        this.findings = List.copyOf(findings);
    }

    public List<Finding> findings() {
        return findings;
    }
}

package io.nspawn.osa;

import java.util.List;
import java.util.stream.Collectors;

/** A dictionary that cannot be used: everything that is wrong with it at once. */
public final class InvalidNetworksException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<YamlFinding> findings;

    InvalidNetworksException(String file, List<YamlFinding> findings) {
        super(file + ": " + findings.stream().map(YamlFinding::toString).collect(Collectors.joining("; ")));
        this.findings = List.copyOf(findings);
    }

    /** What is wrong, in the order of the lines. */
    public List<YamlFinding> findings() {
        return findings;
    }
}

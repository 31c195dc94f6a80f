package io.nspawn.model;

import java.util.List;
import java.util.stream.Collectors;

/** Specs that cannot work on this host, found before anything was touched: every finding at once. */
public final class InvalidSpecException extends NspawnException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    public InvalidSpecException(List<Finding> findings) {
        super(failure(findings), null);
        this.findings = List.copyOf(findings);
    }

    /** What is wrong, one finding for each cause, in the order of the specs. */
    public List<Finding> findings() {
        return findings;
    }

    private static Failure failure(List<Finding> findings) {
        if (findings.isEmpty()) {
            throw new IllegalArgumentException("an invalid spec needs at least one finding");
        }
        String subjects = findings.stream().map(Finding::subject).distinct().collect(Collectors.joining(", "));
        String reasons = findings.stream().map(Finding::toString).collect(Collectors.joining("; "));
        return Failure.of("plan", subjects, reasons);
    }
}

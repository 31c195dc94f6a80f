package io.nspawn.testkit.lab;

import java.util.List;

/** This machine or this user cannot have a lab; tests that need one are aborted rather than failed. */
public final class LabUnavailableException extends LabException {
    private static final long serialVersionUID = 1L;

    LabUnavailableException(String message) {
        super(message);
    }

    LabUnavailableException(List<String> missing) {
        super("No lab host can be started here; missing: " + String.join("; ", missing));
    }
}

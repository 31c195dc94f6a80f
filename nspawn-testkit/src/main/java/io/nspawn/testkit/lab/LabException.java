package io.nspawn.testkit.lab;

/** A lab that could not be built, booted or used. The message carries what its console or builder said last. */
public class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LabException(String message) {
        super(message);
    }

    LabException(String message, Throwable cause) {
        super(message, cause);
    }
}

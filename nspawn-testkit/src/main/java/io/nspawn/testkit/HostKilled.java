package io.nspawn.testkit;

/**
 * Thrown out of a call on a {@link FakeHost} to play the death of this process in the middle of it. It is an error, and no
 * exception of the library, so that nothing catches it to roll back; the host keeps what was done until then, and a test
 * goes on with the same host as if it were the next process.
 */
public final class HostKilled extends Error {
    private static final long serialVersionUID = 1L;

    HostKilled(String when) {
        super(when);
    }
}

package io.nspawn.spi;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A pseudo terminal with a program at its other end. Closing it hangs up: the program is told so by SIGHUP. Thread-safe.
 *
 * <p>Both streams end, and their calls return, when the terminal is closed. A thread that is interrupted while it waits in
 * one of them gets an {@link java.io.InterruptedIOException}.
 */
public interface Terminal extends AutoCloseable {
    /** What the program shows; ends with the program. */
    InputStream output();

    /**
     * What is typed. What is typed before the program has shown anything may be lost: systemd resets the terminal before
     * it starts the program, and since 256 asks it for its size, taking what comes for the answer.
     */
    OutputStream input();

    /**
     * Tells the program that the terminal has another size.
     *
     * @throws IllegalArgumentException if one of them is not between 1 and 65535
     */
    void resize(int columns, int rows);

    @Override
    void close();
}

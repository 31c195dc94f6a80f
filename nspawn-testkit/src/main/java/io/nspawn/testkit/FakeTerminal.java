package io.nspawn.testkit;

import io.nspawn.spi.Terminal;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A terminal that shows what a script answered, and takes what is typed without heeding it. */
final class FakeTerminal implements Terminal {
    private static final int MOST = 0xFFFF;

    private final InputStream output;

    FakeTerminal(String shown) {
        // A terminal shows a carriage return before each line feed (termios(3), ONLCR).
        this.output = new ByteArrayInputStream(shown.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public InputStream output() {
        return output;
    }

    @Override
    public OutputStream input() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public void resize(int columns, int rows) {
        if (columns < 1 || columns > MOST || rows < 1 || rows > MOST) {
            throw new IllegalArgumentException(
                    "a terminal has 1 to " + MOST + " columns and rows, not " + columns + " and " + rows);
        }
    }

    @Override
    public void close() {}
}

package io.nspawn.dbus;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The start of a connection (D-Bus specification, "Authentication Protocol"): EXTERNAL, by the credentials that the
 * kernel vouches for. No user id is sent, so that it works over user namespaces too.
 */
final class Handshake {

    private static final int MAX_LINE = 16 * 1024;

    private final InputStream in;
    private final OutputStream out;

    Handshake(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Authenticates and asks for descriptors.
     *
     * @return whether the bus passes descriptors
     */
    boolean perform() throws IOException {
        String answer = say("\0AUTH EXTERNAL");
        if (answer.startsWith("DATA")) {
            answer = say("DATA");
        }
        if (!answer.startsWith("OK")) {
            throw new RefusedException(answer);
        }
        boolean passes = say("NEGOTIATE_UNIX_FD").startsWith("AGREE_UNIX_FD");
        send("BEGIN");
        return passes;
    }

    private String say(String line) throws IOException {
        send(line);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        // Byte by byte: what follows the line is no part of the handshake.
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || answer.size() > MAX_LINE) {
                throw new EOFException("the bus hung up while authenticating");
            }
            answer.write(c);
        }
        return answer.toString(StandardCharsets.US_ASCII).strip();
    }

    private void send(String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** The bus knows no such user, or no such way. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String answer) {
            super("the bus refused the user: " + answer);
        }
    }
}

package io.nspawn.testkit.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A key of gpg's in a directory of its own, for signing what importd is to check. */
final class SigningKey implements AutoCloseable {
    /** The keys that importd trusts before those of the vendor (systemd-importd, PULL). */
    private static final Path KEYRING = Path.of("/etc/systemd/import-pubring.gpg");

    private final Path home;

    private SigningKey(Path home) {
        this.home = home;
    }

    /** Makes a key that nobody knows. */
    static SigningKey make(Path home) throws IOException {
        Files.createDirectory(home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        SigningKey key = new SigningKey(home);
        key.gpg("--passphrase", "", "--quick-generate-key", "lt@localhost", "rsa2048", "sign", "never");
        return key;
    }

    /** Has importd take its signatures as good, until {@link #close}. */
    SigningKey trust() throws IOException {
        Path exported = home.resolve("exported");
        gpg("--output", exported.toString(), "--export");
        Files.createDirectories(KEYRING.getParent());
        Files.copy(exported, KEYRING, StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    byte[] sign(byte[] content) throws IOException {
        Path file = Files.write(home.resolve("content"), content);
        Path signature = home.resolve("signature");
        Files.deleteIfExists(signature);
        gpg("--passphrase", "", "--output", signature.toString(), "--detach-sign", file.toString());
        return Files.readAllBytes(signature);
    }

    private void gpg(String... words) {
        String[] command = new String[words.length + 6];
        System.arraycopy(
                new String[] {"gpg", "--homedir", home.toString(), "--batch", "--pinentry-mode", "loopback"},
                0,
                command,
                0,
                6);
        System.arraycopy(words, 0, command, 6, words.length);
        Command.run(command);
    }

    /** Ends gpg's agent too, which would stay. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(KEYRING);
        Command.run("gpgconf", "--homedir", home.toString(), "--kill", "gpg-agent");
    }
}

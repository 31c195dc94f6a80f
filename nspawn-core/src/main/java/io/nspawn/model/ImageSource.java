package io.nspawn.model;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What the content of an image is made from. */
public sealed interface ImageSource {
    /** The source in words, for logs and manifests; another source of another content has other words. */
    String description();

    /** A sealed image of the pool. */
    record Existing(ImageName image) implements ImageSource {
        public Existing {
            Objects.requireNonNull(image);
        }

        @Override
        public String description() {
            return "image " + image;
        }
    }

    /**
     * A directory of the host with a root file system in it. What is mounted below it is left out.
     *
     * @param path absolute
     */
    record Directory(Path path) implements ImageSource {
        public Directory {
            requireAbsolute(path);
        }

        @Override
        public String description() {
            return "directory " + path;
        }
    }

    /**
     * An archive in a file of the host: tar, plain or compressed by gzip, bzip2, xz or zstd.
     *
     * @param file absolute
     */
    record Tar(Path file) implements ImageSource {
        public Tar {
            requireAbsolute(file);
        }

        @Override
        public String description() {
            return "tar " + file;
        }
    }

    /**
     * An archive that comes as a stream, which cannot be read twice to see whether it is still the same.
     *
     * @param identity what tells its content from any other: a digest, or a version that is never used twice
     * @param opener opens it; it is closed when it was read
     */
    record TarStream(String identity, Supplier<InputStream> opener) implements ImageSource {
        public TarStream {
            Objects.requireNonNull(opener);
            if (identity.isBlank()) {
                throw new IllegalArgumentException("a stream needs an identity: what tells its content from any other");
            }
        }

        @Override
        public String description() {
            return "tar stream " + identity;
        }
    }

    /**
     * A Debian or one of its kin, put together by {@code mmdebstrap} (1) from that program's own default mirror.
     *
     * @param suite a release such as {@code bookworm}
     * @param packages installed besides the smallest set
     */
    record Mmdebstrap(String suite, List<String> packages) implements ImageSource {
        private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9+.:~-]*");

        public Mmdebstrap {
            packages = List.copyOf(packages);
            requireWord("suite", suite);
            packages.forEach(name -> requireWord("package", name));
        }

        @Override
        public String description() {
            return "mmdebstrap " + suite + " " + String.join(",", packages);
        }

        private static void requireWord(String what, String word) {
            if (!WORD.matcher(word).matches()) {
                throw new IllegalArgumentException("no name of a " + what + ": \"" + word + '"');
            }
        }
    }

    /**
     * An archive that systemd-importd downloads.
     *
     * @param address http or https
     */
    record Pull(URI address, Verify verify) implements ImageSource {
        public Pull {
            Objects.requireNonNull(address);
            Objects.requireNonNull(verify);
        }

        @Override
        public String description() {
            return "pull " + address.toASCIIString() + " verified by " + verify;
        }
    }

    private static void requireAbsolute(Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("a source's path is absolute, not \"" + path + '"');
        }
    }
}

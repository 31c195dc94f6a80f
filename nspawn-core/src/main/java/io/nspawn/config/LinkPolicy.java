package io.nspawn.config;

import io.nspawn.model.SystemdVersion;
import io.nspawn.net.MacAddress;
import java.nio.file.Path;

/**
 * A {@code .link} file: what udev does with an interface when it appears (systemd.link(5)). The first file by name that
 * matches counts, and takes the place of the vendor's {@code 99-default.link}. Containers have no udev and read none.
 *
 * <pre>{@code
 * LinkPolicy.of("br-*").macPolicy("none").build()     // udev leaves a bridge the MAC that the kernel or networkd gave it
 * }</pre>
 *
 * @param content the sections of the file
 */
public record LinkPolicy(SystemdFile content) implements NetworkdFile {
    /**
     * Takes the sections of a file.
     *
     * @throws IllegalArgumentException if a key is none that this library writes or does not take its value, or nothing is
     *     matched or said; the message names the section, the key and what would be right
     */
    public LinkPolicy {
        content = NetworkdKeys.LINK.checked(content);
        if (content.sections().stream().noneMatch(s -> s.name().equals("Match"))) {
            throw InvalidFileException.of(
                    "Match", "", "is missing, and udev would pass over the file", "OriginalName=* matches all");
        }
        if (content.sections().stream().noneMatch(s -> s.name().equals("Link"))) {
            throw InvalidFileException.of(
                    "Link", "", "is missing, and the file would only hide the vendor's", "say what is to be set");
        }
        boolean policyCounts = content.value("Link", "MACAddressPolicy")
                .filter(policy -> !policy.equals("none"))
                .isPresent();
        if (policyCounts && content.value("Link", "MACAddress").isPresent()) {
            throw InvalidFileException.of(
                    "Link",
                    "MACAddress",
                    "does not count with this MACAddressPolicy=",
                    "it counts with MACAddressPolicy=none or without it");
        }
    }

    /**
     * A file for interfaces by the name that the kernel gave.
     *
     * @param patterns names, or patterns of them with {@code *}, {@code ?} and {@code [a-z]}
     */
    public static Builder of(String... patterns) {
        return new Builder().matchOriginalName(patterns);
    }

    /** A file whose match is still to be said. */
    public static Builder matching() {
        return new Builder();
    }

    /**
     * Reads a file that anybody wrote. Keys that this library does not know stay in it and are told; values may have any
     * form that systemd takes for them.
     *
     * @param file where it stands, for errors
     * @throws InvalidFileException if systemd would refuse the file, a known key does not take its value, or the file
     *     could not do what it says; names the file, the line, the key and what would be right
     */
    public static TypedDocument<LinkPolicy> read(Path file, byte[] content) {
        return new TypedFileReader<>(NetworkdKeys.LINK, LinkPolicy::new, file).read(content);
    }

    @Override
    public String extension() {
        return "link";
    }

    @Override
    public SystemdFile contentFor(SystemdVersion version) {
        NetworkdKeys.LINK.requireKnown(content.value("Match", "OriginalName").orElse("*") + ".link", content, version);
        return content;
    }

    /** Collects a file. Each method throws {@link IllegalArgumentException} for a value out of its range. */
    public static final class Builder {
        private final Assignments assignments = new Assignments(NetworkdKeys.LINK, "Match", "Link");

        private Builder() {}

        /** Names or patterns; one of them must match. */
        public Builder matchOriginalName(String... patterns) {
            assignments.set("Match", "OriginalName", String.join(" ", patterns));
            return this;
        }

        /** MACs; one of them must match. */
        public Builder matchMac(MacAddress... addresses) {
            for (MacAddress address : addresses) {
                assignments.add("Match", "MACAddress", address.toString());
            }
            return this;
        }

        /** MACs that the hardware came with; one of them must match. */
        public Builder matchPermanentMac(MacAddress... addresses) {
            for (MacAddress address : addresses) {
                assignments.add("Match", "PermanentMACAddress", address.toString());
            }
            return this;
        }

        /** Kinds of virtual interface, as in {@code bridge} (systemd 251). */
        public Builder matchKind(String... kinds) {
            assignments.set("Match", "Kind", String.join(" ", kinds));
            return this;
        }

        /** Drivers, as in {@code virtio_net}. */
        public Builder matchDriver(String... drivers) {
            assignments.set("Match", "Driver", String.join(" ", drivers));
            return this;
        }

        /** A text for people. */
        public Builder description(String text) {
            return set("Description", text);
        }

        /** persistent, random or none: with none udev leaves the MAC as it is. */
        public Builder macPolicy(String policy) {
            return set("MACAddressPolicy", policy);
        }

        /** The MAC to set. */
        public Builder mac(String address) {
            return set("MACAddress", OtherForms.mac(address));
        }

        /** Where the name comes from, first to last: kernel, database, onboard, slot, path, mac, keep. */
        public Builder namePolicy(String... policies) {
            return set("NamePolicy", String.join(" ", policies));
        }

        /** The name where no policy gives one. */
        public Builder name(String name) {
            return set("Name", name);
        }

        /** Another name, up to 127 characters; once for each. */
        public Builder alternativeName(String name) {
            assignments.add("Link", "AlternativeName", name);
            return this;
        }

        /** The largest packet in bytes, 68 to 65535. */
        public Builder mtu(int bytes) {
            return set("MTUBytes", Integer.toString(bytes));
        }

        /** How many packets wait to be sent at most, 0 to 4294967295. */
        public Builder transmitQueueLength(long packets) {
            return set("TransmitQueueLength", Long.toString(packets));
        }

        /**
         * The value.
         *
         * @throws IllegalArgumentException if nothing is matched or said, or options exclude each other
         */
        public LinkPolicy build() {
            return new LinkPolicy(assignments.file());
        }

        private Builder set(String key, String value) {
            assignments.set("Link", key, value);
            return this;
        }
    }
}

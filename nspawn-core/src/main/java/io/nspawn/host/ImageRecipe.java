package io.nspawn.host;

import io.nspawn.config.UnitName;
import io.nspawn.model.ImageName;
import io.nspawn.model.ImageSource;
import io.nspawn.model.Verify;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How a sealed image is made: from what, and what is done to it. Immutable: each method gives another one.
 *
 * <pre>{@code
 * host.images().prepare(ImageRecipe.from("debian-12").lean().named("debian-12-lean")).await();
 *
 * ImageRecipe galera = ImageRecipe.mmdebstrap("bookworm")
 *         .named("galera")
 *         .networkd()
 *         .volatileJournal()
 *         .file("/etc/apt/apt.conf.d/90proxy", "Acquire::http::Proxy \"http://192.168.7.1:3142\";\n")
 *         .packages("mariadb-server", "galera-4")
 *         .hostNetwork()
 *         .command("systemctl", "disable", "mariadb.service");
 * }</pre>
 *
 * <p>Whatever is said, every image loses what tells one installation from another (machine-id, host keys of SSH, random
 * seed, leases, journals), has a plain directory at {@code /var/lib/machines}, is one subvolume, and is read-only.
 *
 * <p>What is done, in this order: units are enabled, disabled and masked; files are written; packages are installed and
 * commands are run, in a container of the image under construction that is booted to {@code basic.target} with a user
 * namespace, and with no network unless {@link #hostNetwork} is said.
 *
 * <p>A recipe is told from another by all of its inputs. The content of a source counts as far as it can be told before
 * the source is used: an image by its subvolume and the last change in it, an archive by its SHA-256, a directory by
 * path, kind, mode, owner, size and time of change of all that is in it. What a mirror or a server has today is not
 * known: for those, and to have packages that are up to date, say another {@link #revision}.
 */
public final class ImageRecipe {
    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9+._:~=/@-]*");
    private static final List<String> NOT_OF_AN_IMAGE = List.of("/proc/", "/sys/", "/dev/", "/run/");
    private static final String NETWORKD = "systemd-networkd.service";
    private static final String RESOLVED = "systemd-resolved.service";
    private static final int MODE = 0644;
    private static final int PERMISSIONS = 07777;

    /** What a file of the image is to be. */
    static final class Content {
        private final byte[] bytes;
        private final int mode;

        private Content(byte[] bytes, int mode) {
            this.bytes = bytes.clone();
            this.mode = mode;
        }

        byte[] bytes() {
            return bytes.clone();
        }

        int mode() {
            return mode;
        }
    }

    private final ImageSource source;
    private final Parts parts;

    /** What was said, mutable while it is copied and never after. */
    private static final class Parts {
        private Optional<ImageName> name = Optional.empty();
        private Optional<Boolean> volatileJournal = Optional.empty();
        private final TreeSet<String> enabled = new TreeSet<>();
        private final TreeMap<String, String> masks = new TreeMap<>();
        /** Masks that are passed over where the image has no such unit. */
        private final TreeSet<String> lean = new TreeSet<>();

        private final TreeMap<String, Content> files = new TreeMap<>();
        private final List<String> packages = new ArrayList<>();
        private final List<List<String>> commands = new ArrayList<>();
        private Duration commandDeadline = Duration.ofMinutes(30);
        private boolean hostNetwork;
        private boolean flatten;
        private boolean bootable = true;
        private boolean keepOld;
        private String revision = "";

        Parts copy() {
            Parts copy = new Parts();
            copy.name = name;
            copy.volatileJournal = volatileJournal;
            copy.enabled.addAll(enabled);
            copy.masks.putAll(masks);
            copy.lean.addAll(lean);
            copy.files.putAll(files);
            copy.packages.addAll(packages);
            copy.commands.addAll(commands);
            copy.commandDeadline = commandDeadline;
            copy.hostNetwork = hostNetwork;
            copy.flatten = flatten;
            copy.bootable = bootable;
            copy.keepOld = keepOld;
            copy.revision = revision;
            return copy;
        }
    }

    private ImageRecipe(ImageSource source, Parts parts) {
        this.source = source;
        this.parts = parts;
    }

    /** From any source. */
    public static ImageRecipe of(ImageSource source) {
        return new ImageRecipe(source, new Parts());
    }

    /**
     * From a sealed image of the pool.
     *
     * @throws io.nspawn.model.InvalidNameException if that is no image's name
     */
    public static ImageRecipe from(String image) {
        return of(new ImageSource.Existing(ImageName.of(image)));
    }

    /** The lean preset of an image, named as that with {@code -lean} at its end. */
    public static ImageRecipe leanOf(String image) {
        return from(image).lean().named(image + "-lean");
    }

    /** From a directory of the host, an absolute path; what is mounted below it is left out. */
    public static ImageRecipe fromDirectory(Path directory) {
        return of(new ImageSource.Directory(directory));
    }

    /** From an archive, an absolute path: tar, plain or compressed by gzip, bzip2, xz or zstd. */
    public static ImageRecipe fromTar(Path file) {
        return of(new ImageSource.Tar(file));
    }

    /**
     * From an archive that comes as a stream.
     *
     * @param identity what tells its content from any other, as a stream cannot be read twice to see
     */
    public static ImageRecipe fromTar(String identity, Supplier<InputStream> opener) {
        return of(new ImageSource.TarStream(identity, opener));
    }

    /** From an archive that systemd-importd downloads; see {@code Images.pullTar}. */
    public static ImageRecipe fromPull(URI address, Verify verify) {
        return of(new ImageSource.Pull(address, verify));
    }

    /** Debian or one of its kin, by {@code mmdebstrap} from that program's default mirror; with systemd and D-Bus. */
    public static ImageRecipe mmdebstrap(String suite, String... packages) {
        return of(new ImageSource.Mmdebstrap(suite, List.of(packages)));
    }

    /**
     * Gives the image its name, without which nothing can be prepared.
     *
     * @throws io.nspawn.model.InvalidNameException if that is no image's name
     */
    public ImageRecipe named(String name) {
        ImageName checked = ImageName.of(name);
        return with(p -> p.name = Optional.of(checked));
    }

    /**
     * Masks what a container has no use for: {@link LeanMask#all()}, as far as the image has it, and keeps the journal in
     * memory unless {@link #persistentJournal} was said. A container is up sooner and has less in memory. Without
     * systemd-logind, nobody's processes are sorted by sessions.
     */
    public ImageRecipe lean() {
        return with(p -> {
            for (LeanMask mask : LeanMask.all()) {
                p.masks.putIfAbsent(mask.unit(), mask.reason());
                p.lean.add(mask.unit());
            }
            p.volatileJournal = Optional.of(p.volatileJournal.orElse(true));
        });
    }

    /** Masks a unit, which the image must have, for a reason that goes into the manifest. */
    public ImageRecipe mask(String unit, String reason) {
        String checked = unit(unit);
        return with(p -> {
            p.masks.put(checked, reason);
            p.lean.remove(checked);
        });
    }

    /**
     * Takes a mask out again, such as one of the lean preset.
     *
     * @throws IllegalArgumentException if there is no such mask
     */
    public ImageRecipe unmask(String unit) {
        if (!parts.masks.containsKey(unit)) {
            throw new IllegalArgumentException("there is no mask of " + unit + " among " + parts.masks.keySet());
        }
        return with(p -> {
            p.masks.remove(unit);
            p.lean.remove(unit);
        });
    }

    /** Enables a unit, as {@code systemctl enable} does by what its file says under {@code [Install]}. */
    public ImageRecipe enable(String unit) {
        String checked = unit(unit);
        return with(p -> p.enabled.add(checked));
    }

    /** Enables systemd-networkd, which gives containers the addresses that their specs say. */
    public ImageRecipe networkd() {
        return enable(NETWORKD);
    }

    /** Enables systemd-resolved, and has it answer for {@code /etc/resolv.conf}. */
    public ImageRecipe resolved() {
        return enable(RESOLVED);
    }

    /** Keeps the journals of containers in memory (journald.conf(5), {@code Storage=volatile}). */
    public ImageRecipe volatileJournal() {
        return with(p -> p.volatileJournal = Optional.of(true));
    }

    /** Keeps the journals of containers on disk (journald.conf(5), {@code Storage=persistent}). */
    public ImageRecipe persistentJournal() {
        return with(p -> p.volatileJournal = Optional.of(false));
    }

    /** Writes a file (0644, of root), whatever stands there. */
    public ImageRecipe file(String path, String text) {
        return file(path, text.getBytes(StandardCharsets.UTF_8), MODE);
    }

    /**
     * Writes a file of root, whatever stands there; missing directories above it are made.
     *
     * @param path absolute
     * @param mode permission bits, 0 to 07777
     */
    public ImageRecipe file(String path, byte[] content, int mode) {
        requireFile(path);
        if ((mode & ~PERMISSIONS) != 0) {
            throw new IllegalArgumentException("no permission bits: " + Integer.toOctalString(mode));
        }
        Content copy = new Content(content, mode);
        return with(p -> p.files.put(path, copy));
    }

    /** Installs packages by the package manager that the image has; mostly {@link #hostNetwork} is needed too. */
    public ImageRecipe packages(String... names) {
        for (String name : names) {
            if (!PACKAGE.matcher(name).matches()) {
                throw new IllegalArgumentException("no name of a package: \"" + name + '"');
            }
        }
        return with(p -> p.packages.addAll(Arrays.asList(names)));
    }

    /** Runs a command after those before it; one that fails, fails the recipe. No shell: its words are taken as they are. */
    public ImageRecipe command(String... words) {
        List<String> command = List.of(words);
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw new IllegalArgumentException("a command has at least a program");
        }
        return with(p -> p.commands.add(command));
    }

    /** How long each of the commands and installations may take, half an hour unless said. */
    public ImageRecipe commandDeadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("a deadline is longer than nothing, not " + deadline);
        }
        return with(p -> p.commandDeadline = deadline);
    }

    /**
     * Lets packages and commands use the host's network, and its resolv.conf. The container under construction can reach
     * then what the host can, its loopback too.
     */
    public ImageRecipe hostNetwork() {
        return with(p -> p.hostNetwork = true);
    }

    /** Takes what is in subvolumes nested in the source into the image; unless this is said, they are refused. */
    public ImageRecipe flattenNested() {
        return with(p -> p.flatten = true);
    }

    /** Accepts a source without an init, for containers of one program. */
    public ImageRecipe applicationsOnly() {
        return with(p -> p.bootable = false);
    }

    /** Keeps the image that a changed recipe replaces, under its name with the start of its recipe's digest at its end. */
    public ImageRecipe keepOld() {
        return with(p -> p.keepOld = true);
    }

    /** An input that does nothing: the image is made anew when another one is said. */
    public ImageRecipe revision(String text) {
        return with(p -> p.revision = text);
    }

    public ImageSource source() {
        return source;
    }

    public Optional<ImageName> name() {
        return parts.name;
    }

    /** What is masked and why, by unit. */
    public Map<String, String> masks() {
        return Map.copyOf(parts.masks);
    }

    ImageName requireName() {
        return parts.name.orElseThrow(
                () -> new IllegalArgumentException("the recipe names no image; say ImageRecipe.named"));
    }

    /** Masks that the image must have the units of. */
    List<String> requiredUnits() {
        List<String> units = new ArrayList<>(parts.enabled);
        parts.masks.keySet().stream().filter(unit -> !parts.lean.contains(unit)).forEach(units::add);
        return units;
    }

    Map<String, String> orderedMasks() {
        return new LinkedHashMap<>(parts.masks);
    }

    List<String> enabled() {
        return List.copyOf(parts.enabled);
    }

    boolean resolves() {
        return parts.enabled.contains(RESOLVED);
    }

    Optional<Boolean> hasVolatileJournal() {
        return parts.volatileJournal;
    }

    Map<String, Content> files() {
        return new LinkedHashMap<>(parts.files);
    }

    List<String> packages() {
        return List.copyOf(parts.packages);
    }

    List<List<String>> commands() {
        return List.copyOf(parts.commands);
    }

    Duration commandDeadline() {
        return parts.commandDeadline;
    }

    boolean usesHostNetwork() {
        return parts.hostNetwork;
    }

    boolean flattens() {
        return parts.flatten;
    }

    boolean isBootable() {
        return parts.bootable;
    }

    boolean keepsOld() {
        return parts.keepOld;
    }

    String revision() {
        return parts.revision;
    }

    /** Whether a container of the image under construction is needed. */
    boolean runsSomething() {
        return !parts.packages.isEmpty() || !parts.commands.isEmpty();
    }

    @Override
    public String toString() {
        return parts.name.map(ImageName::value).orElse("an image") + " from " + source.description();
    }

    private ImageRecipe with(Consumer<Parts> change) {
        Parts copy = parts.copy();
        change.accept(copy);
        return new ImageRecipe(source, copy);
    }

    private static String unit(String name) {
        if (!UnitName.isValid(name)) {
            throw new IllegalArgumentException("no name of a unit: \"" + name + '"');
        }
        return name;
    }

    private static void requireFile(String path) {
        boolean plain = path.startsWith("/")
                && !path.endsWith("/")
                && path.indexOf('\0') < 0
                && Arrays.stream(path.substring(1).split("/", -1))
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        if (!plain || NOT_OF_AN_IMAGE.stream().anyMatch(path::startsWith)) {
            throw new IllegalArgumentException("no file of an image: \"" + path + '"');
        }
    }
}

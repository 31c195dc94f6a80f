package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The files of one root, by path without a leading slash. Symbolic links are resolved as if the root were {@code /}. */
final class RootTree {
    private static final int MAX_LINKS = 40;

    /** What a path can be. */
    sealed interface Node permits Directory, FileNode, Link {}

    /** A directory; what is in it has paths of its own. */
    record Directory() implements Node {}

    /** A symbolic link with its target, unresolved. */
    record Link(String target) implements Node {}

    /** A regular file. */
    static final class FileNode implements Node {
        private final byte[] content;
        private final int mode;
        private final boolean shared;

        FileNode(byte[] content, int mode, boolean shared) {
            this.content = content.clone();
            this.mode = mode;
            this.shared = shared;
        }

        byte[] content() {
            return content.clone();
        }

        int mode() {
            return mode;
        }
    }

    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private final Consumer<Runnable> undoNotes;
    private long ownBytes;

    RootTree() {
        this(undo -> {});
    }

    /** A tree that notes how to take back each change before it is made. */
    RootTree(Consumer<Runnable> undoNotes) {
        this.undoNotes = undoNotes;
    }

    /** A copy whose files share their bytes with this one, until they are written. */
    RootTree cloned() {
        return copy(true);
    }

    /** A copy that is the same in every respect. */
    RootTree copied() {
        return copy(false);
    }

    private RootTree copy(boolean sharing) {
        RootTree copy = new RootTree();
        nodes.forEach((path, node) -> {
            boolean file = sharing && node instanceof FileNode;
            copy.nodes.put(path, file ? shared((FileNode) node) : node);
        });
        copy.ownBytes = sharing ? 0 : ownBytes;
        return copy;
    }

    private static FileNode shared(FileNode file) {
        return new FileNode(file.content, file.mode, true);
    }

    /** All that there is, by path. */
    NavigableMap<String, Node> nodes() {
        return Collections.unmodifiableNavigableMap(nodes);
    }

    void clear() {
        nodes.clear();
        ownBytes = 0;
    }

    /** Bytes of the files that were written here and are shared with no other root. */
    long ownBytes() {
        return ownBytes;
    }

    Optional<Node> find(String path) {
        try {
            return Optional.ofNullable(nodes.get(resolve(path, true)));
        } catch (NotDirectory e) {
            return Optional.empty();
        }
    }

    /** Whether something is there; a symbolic link counts by itself. */
    boolean exists(String path) {
        try {
            return nodes.containsKey(resolve(path, false));
        } catch (NotDirectory e) {
            return false;
        }
    }

    /** The path with its symbolic links resolved, whether something is there or not. */
    String resolved(String path) {
        try {
            return resolve(path, true);
        } catch (NotDirectory e) {
            return path;
        }
    }

    Optional<byte[]> read(String path) {
        Node node = find(path).orElse(null);
        if (node instanceof Directory) {
            throw failure("read", path, "EISDIR", "is a directory");
        }
        return node instanceof FileNode file ? Optional.of(file.content()) : Optional.empty();
    }

    void write(String path, byte[] content, int mode) {
        put(path, new FileNode(content, mode, false));
    }

    void link(String path, String target) {
        put(path, new Link(target));
    }

    void directory(String path) {
        makeParents(path + "/.");
    }

    List<String> list(String directory) {
        String resolved;
        try {
            resolved = resolve(directory, true);
        } catch (NotDirectory e) {
            return List.of();
        }
        String prefix = resolved.isEmpty() ? "" : resolved + "/";
        return nodes.tailMap(prefix, true).keySet().stream()
                .takeWhile(p -> p.startsWith(prefix))
                .map(p -> p.substring(prefix.length()))
                .filter(p -> !p.isEmpty() && p.indexOf('/') < 0)
                .toList();
    }

    boolean delete(String path) {
        String resolved;
        try {
            resolved = resolve(path, false);
        } catch (NotDirectory e) {
            return false;
        }
        boolean there = nodes.containsKey(resolved);
        List<String> gone =
                new ArrayList<>(nodes.subMap(resolved + "/", resolved + "0").keySet());
        gone.add(resolved);
        gone.forEach(this::unset);
        return there;
    }

    /** Takes over what another tree has at a path, sharing the bytes; what is here at that path goes. */
    void copyFrom(RootTree other, String path) {
        String from;
        try {
            from = other.resolve(path, false);
        } catch (NotDirectory e) {
            return;
        }
        Node top = other.nodes.get(from);
        if (top == null) {
            return;
        }
        delete(path);
        String parent = makeParents(path);
        String to = (parent.isEmpty() ? "" : parent + "/") + parts(path).getLast();
        set(to, sharedNode(top));
        other.nodes.tailMap(from + "/", true).entrySet().stream()
                .takeWhile(node -> node.getKey().startsWith(from + "/"))
                .forEach(node -> set(to + node.getKey().substring(from.length()), sharedNode(node.getValue())));
    }

    private static Node sharedNode(Node node) {
        return node instanceof FileNode file ? shared(file) : node;
    }

    private void put(String path, Node node) {
        String parent = makeParents(path);
        String name = parts(path).peekLast();
        if (name == null || name.equals("..")) {
            throw failure("write", path, "EISDIR", "names no file");
        }
        String place = parent.isEmpty() ? name : parent + "/" + name;
        if (nodes.get(place) instanceof Directory) {
            throw failure("write", path, "EISDIR", "is a directory");
        }
        set(place, node);
    }

    private void set(String place, Node node) {
        note(place);
        replace(place, node);
    }

    private void unset(String place) {
        note(place);
        replace(place, null);
    }

    private void note(String place) {
        Node before = nodes.get(place);
        undoNotes.accept(() -> replace(place, before));
    }

    private void replace(String place, @Nullable Node node) {
        Node before = node == null ? nodes.remove(place) : nodes.put(place, node);
        ownBytes += own(node) - own(before);
    }

    private static long own(@Nullable Node node) {
        return node instanceof FileNode file && !file.shared ? file.content.length : 0;
    }

    /** Makes the directories above a path, and returns the innermost, resolved. */
    private String makeParents(String path) {
        Deque<String> parts = parts(path);
        if (!path.endsWith("/.")) {
            parts.pollLast();
        }
        try {
            String resolved = resolve(String.join("/", parts), true);
            String made = "";
            for (String part : parts(resolved)) {
                made = made.isEmpty() ? part : made + "/" + part;
                if (!nodes.containsKey(made)) {
                    set(made, new Directory());
                }
            }
            if (!resolved.isEmpty() && !(nodes.get(resolved) instanceof Directory)) {
                throw failure("write", path, "ENOTDIR", "has a parent that is no directory");
            }
            return resolved;
        } catch (NotDirectory e) {
            throw failure("write", path, "ENOTDIR", "has a parent that is no directory");
        }
    }

    private String resolve(String path, boolean followLast) throws NotDirectory {
        Deque<String> todo = parts(path);
        List<String> done = new ArrayList<>();
        int links = 0;
        while (!todo.isEmpty()) {
            String part = todo.pop();
            if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.remove(done.size() - 1);
                }
                continue;
            }
            done.add(part);
            Node node = nodes.get(String.join("/", done));
            if (node instanceof Link link && (followLast || !todo.isEmpty())) {
                if (++links > MAX_LINKS) {
                    throw failure("open", path, "ELOOP", "has too many symbolic links");
                }
                follow(link, done, todo);
            } else if (node instanceof FileNode && !todo.isEmpty()) {
                throw new NotDirectory();
            }
        }
        return String.join("/", done);
    }

    private static void follow(Link link, List<String> done, Deque<String> todo) {
        done.remove(done.size() - 1);
        if (link.target().startsWith("/")) {
            done.clear();
        }
        parts(link.target()).descendingIterator().forEachRemaining(todo::push);
    }

    private static Deque<String> parts(String path) {
        Deque<String> parts = new ArrayDeque<>();
        Arrays.stream(path.split("/"))
                .filter(p -> !p.isEmpty() && !p.equals("."))
                .forEach(parts::add);
        return parts;
    }

    private static HostFailureException failure(String operation, String path, String errno, String reason) {
        return new HostFailureException(Failure.of(operation, path, reason).named(errno));
    }

    /** A path that goes on below a file; for a reader there is nothing there. */
    private static final class NotDirectory extends Exception {
        private static final long serialVersionUID = 1L;
    }
}

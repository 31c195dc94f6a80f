package io.nspawn.btrfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Subvolumes and what may be done with them, in memory. */
final class SubvolumeModel {
    private final Node root = new Node(false);
    private Plan last = new Plan(Optional::empty, path -> {});

    /** What a plan does to a real tree. */
    @FunctionalInterface
    interface Call {
        void on(Path root);
    }

    /** The change of the model, which answers how it must fail, and the same as a call of the library. */
    record Plan(Supplier<Optional<Class<? extends BtrfsException>>> change, Call call) {
        Optional<Class<? extends BtrfsException>> apply() {
            return change.get();
        }
    }

    /** A subvolume, or the empty place of one that was not snapshotted. */
    static final class Node {
        private final Map<String, Node> children = new TreeMap<>();
        private final boolean placeholder;
        private boolean readOnly;

        Node(boolean placeholder) {
            this.placeholder = placeholder;
        }

        Map<String, Node> children() {
            return children;
        }

        boolean hasSubvolumes() {
            return children.values().stream().anyMatch(child -> !child.placeholder);
        }

        /** What a snapshot of it alone has. */
        Node shallow() {
            Node copy = new Node(false);
            children.keySet().forEach(name -> copy.children.put(name, new Node(true)));
            return copy;
        }
    }

    /** Where a subvolume is: the names from the root. */
    private record Place(List<String> names) {
        Path in(Path root) {
            Path path = root;
            for (String name : names) {
                path = path.resolve(name);
            }
            return path;
        }

        Place child(String name) {
            List<String> all = new ArrayList<>(names);
            all.add(name);
            return new Place(all);
        }

        Place parent() {
            return new Place(names.subList(0, names.size() - 1));
        }

        String name() {
            return names.get(names.size() - 1);
        }
    }

    Node root() {
        return root;
    }

    int size() {
        return places().size();
    }

    Plan lastPlan() {
        return last;
    }

    private List<Place> places() {
        List<Place> found = new ArrayList<>();
        collect(root, new Place(List.of()), found);
        return found;
    }

    private static void collect(Node node, Place place, List<Place> found) {
        node.children.forEach((name, child) -> {
            if (!child.placeholder) {
                found.add(place.child(name));
                collect(child, place.child(name), found);
            }
        });
    }

    private Node at(Place place) {
        return below(root, place.names);
    }

    Map<String, Boolean> subvolumes() {
        Map<String, Boolean> found = new TreeMap<>();
        places().forEach(place -> found.put(String.join("/", place.names), at(place).readOnly));
        return found;
    }

    Map<String, List<String>> entries() {
        Map<String, List<String>> found = new TreeMap<>();
        places().forEach(place -> found.put(
                String.join("/", place.names), List.copyOf(at(place).children.keySet())));
        return found;
    }

    @Override
    public String toString() {
        return entries().toString();
    }

    Plan plan(SubvolumeModelTest.Operation operation) {
        List<Place> places = places();
        List<Place> parents = new ArrayList<>(places);
        parents.add(0, new Place(List.of()));
        Place parent = parents.get(operation.place() % parents.size());
        if (operation.kind() == SubvolumeModelTest.Operation.Kind.CREATE || places.isEmpty()) {
            last = create(parent.child(operation.name()));
        } else {
            last = plan(operation, places.get(operation.subject() % places.size()), parent);
        }
        return last;
    }

    private Plan plan(SubvolumeModelTest.Operation operation, Place subject, Place parent) {
        Place target = parent.child(operation.name());
        return switch (operation.kind()) {
            case CREATE -> create(target);
            case SNAPSHOT -> snapshot(subject, target, false, false);
            case SNAPSHOT_READ_ONLY -> snapshot(subject, target, false, true);
            case SNAPSHOT_RECURSIVE -> snapshot(subject, target, true, false);
            case SNAPSHOT_RECURSIVE_READ_ONLY -> snapshot(subject, target, true, true);
            case DELETE -> delete(subject, false);
            case DELETE_RECURSIVE -> delete(subject, true);
            case RENAME -> rename(subject, operation.name());
            case SWITCH_READ_ONLY -> switchReadOnly(subject);
        };
    }

    /** A taken name is found before the tree is found to be read-only. */
    private Optional<Class<? extends BtrfsException>> refusal(Place target) {
        Node parent = at(target.parent());
        if (parent.children.containsKey(target.name())) {
            return Optional.of(BtrfsException.AlreadyExists.class);
        }
        return parent.readOnly ? Optional.of(BtrfsException.ReadOnly.class) : Optional.empty();
    }

    private Plan create(Place target) {
        return new Plan(
                () -> {
                    Optional<Class<? extends BtrfsException>> refused = refusal(target);
                    if (refused.isEmpty()) {
                        at(target.parent()).children.put(target.name(), new Node(false));
                    }
                    return refused;
                },
                path -> Subvolumes.create(target.in(path)));
    }

    private Plan snapshot(Place source, Place target, boolean recursive, boolean readOnly) {
        List<SnapshotOption> options = new ArrayList<>();
        if (recursive) {
            options.add(SnapshotOption.RECURSIVE);
        }
        if (readOnly) {
            options.add(SnapshotOption.READ_ONLY);
        }
        return new Plan(
                () -> {
                    Optional<Class<? extends BtrfsException>> refused = refusal(target);
                    if (refused.isEmpty()) {
                        take(at(source), target, recursive, readOnly);
                    }
                    return refused;
                },
                path -> Subvolumes.snapshot(source.in(path), target.in(path), options.toArray(new SnapshotOption[0])));
    }

    /** Which are nested is found out first; each is then snapshotted as it is, perhaps with the copy in it. */
    private void take(Node source, Place target, boolean recursive, boolean readOnly) {
        List<Place> nested = new ArrayList<>();
        if (recursive) {
            collect(source, new Place(List.of()), nested);
        }
        Node copy = source.shallow();
        at(target.parent()).children.put(target.name(), copy);
        List<Node> made = new ArrayList<>(List.of(copy));
        for (Place place : nested) {
            Node original = below(source, place.names);
            Node inner = original.shallow();
            below(copy, place.parent().names).children.put(place.name(), inner);
            made.add(inner);
        }
        made.forEach(node -> node.readOnly = readOnly);
    }

    private static Node below(Node from, List<String> names) {
        Node node = from;
        for (String name : names) {
            node = Objects.requireNonNull(node.children.get(name));
        }
        return node;
    }

    private Plan delete(Place subject, boolean recursive) {
        return new Plan(
                () -> {
                    Node parent = at(subject.parent());
                    if (parent.readOnly) {
                        return Optional.of(BtrfsException.ReadOnly.class);
                    }
                    if (!recursive && at(subject).hasSubvolumes()) {
                        return Optional.of(BtrfsException.NotEmpty.class);
                    }
                    parent.children.remove(subject.name());
                    return Optional.empty();
                },
                path -> Subvolumes.delete(
                        subject.in(path),
                        recursive ? new DeleteOption[] {DeleteOption.RECURSIVE} : new DeleteOption[0]));
    }

    private Plan rename(Place subject, String name) {
        return new Plan(
                () -> {
                    Node parent = at(subject.parent());
                    Optional<Class<? extends BtrfsException>> refused =
                            refusal(subject.parent().child(name));
                    if (refused.isEmpty()) {
                        parent.children.put(name, parent.children.remove(subject.name()));
                    }
                    return refused;
                },
                path -> {
                    try (Directory directory = Directory.open(subject.parent().in(path))) {
                        directory.rename(EntryName.of(subject.name()), EntryName.of(name));
                    }
                });
    }

    private Plan switchReadOnly(Place subject) {
        boolean wanted = !at(subject).readOnly;
        return new Plan(
                () -> {
                    at(subject).readOnly = wanted;
                    return Optional.empty();
                },
                path -> Subvolumes.setReadOnly(subject.in(path), wanted));
    }
}

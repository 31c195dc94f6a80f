package io.nspawn.testkit;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.NotFoundException;
import io.nspawn.testkit.RootTree.Directory;
import io.nspawn.testkit.RootTree.FileNode;
import io.nspawn.testkit.RootTree.Link;
import java.util.Map;
import java.util.TreeMap;

/** Copies a file or a tree from one root to another, as machined does. */
final class TreeCopy {
    private TreeCopy() {}

    static void copy(RootTree from, String source, RootTree to, String target, boolean replace) {
        if (!from.exists(source)) {
            throw missing(source);
        }
        requireParent(to, target);
        String top = from.resolved(source);
        Map<String, RootTree.Node> nodes = new TreeMap<>(from.nodes());
        nodes.keySet().removeIf(path -> !path.equals(top) && !path.startsWith(top + "/"));
        nodes.forEach((path, node) -> put(to, target + path.substring(top.length()), node, replace));
    }

    static void requireParent(RootTree tree, String target) {
        String parent = target.substring(0, Math.max(0, target.lastIndexOf('/')));
        if (!parent.isEmpty()
                && tree.find(parent).filter(Directory.class::isInstance).isEmpty()) {
            throw missing(parent);
        }
    }

    private static void put(RootTree to, String path, RootTree.Node node, boolean replace) {
        if (node instanceof Directory) {
            to.directory(path);
            return;
        }
        if (!replace && to.exists(path)) {
            throw new AlreadyExistsException(
                    Failure.of("copy to", path, "File exists").named("System.Error.EEXIST"));
        }
        if (node instanceof FileNode file) {
            to.write(path, file.content(), file.mode());
        } else if (node instanceof Link link) {
            to.link(path, link.target());
        }
    }

    private static NotFoundException missing(String path) {
        return new NotFoundException(
                Failure.of("copy", path, "No such file or directory").named("System.Error.ENOENT"));
    }
}

package io.nspawn.btrfs;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Run as a process of its own: clones a subvolume, perhaps by an option, and dies at the number of the snapshot. */
final class CrashMain {
    static final int EXIT = 9;

    private CrashMain() {}

    public static void main(String[] arguments) {
        AtomicInteger before = new AtomicInteger(Integer.parseInt(arguments[1]));
        Kernel kernel = (Kernel) Proxy.newProxyInstance(
                CrashMain.class.getClassLoader(), new Class<?>[] {Kernel.class}, (proxy, method, values) -> {
                    boolean snapshot =
                            method.getName().equals("ioctl") && values[1].equals(Ioctl.SNAP_CREATE_V2.request());
                    if (snapshot && before.getAndDecrement() == 0) {
                        Runtime.getRuntime().halt(EXIT);
                    }
                    try {
                        return method.invoke(Kernel.system(), values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (Directory directory = Directory.open(kernel, Path.of(arguments[0]));
                Subvolume base = directory.openSubvolume(EntryName.of("base"))) {
            directory.cloneAll(
                    base,
                    IntStream.range(0, 20)
                            .mapToObj(i -> EntryName.of(".#clone" + i))
                            .toList(),
                    Stream.of(arguments).skip(2).map(CloneOption::valueOf).toArray(CloneOption[]::new));
        }
    }
}

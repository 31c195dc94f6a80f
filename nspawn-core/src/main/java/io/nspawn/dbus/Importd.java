package io.nspawn.dbus;

import java.io.FileDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * systemd-importd over the bus: {@code org.freedesktop.import1.Manager}, systemd 252 or later. Thread-safe. The bus starts
 * importd when it is called, and it exits when no transfer is under way.
 *
 * <p>A call that begins a transfer returns before anything was transferred; how it went is told to whoever
 * {@linkplain #watch watches}, who has to do so before the call. Every call waits at most the time-out given here, and
 * throws what {@link Bus#call} throws.
 */
public final class Importd {

    static final Remote MANAGER =
            new Remote("org.freedesktop.import1", "/org/freedesktop/import1", "org.freedesktop.import1.Manager");
    private static final String TRANSFER = "org.freedesktop.import1.Transfer";

    private final Bus bus;
    private final Duration timeout;

    private Importd(Bus bus, Duration timeout) {
        this.bus = bus;
        this.timeout = timeout;
    }

    /** importd over that bus, which stays the caller's to close. */
    public static Importd over(Bus bus, Duration timeout) {
        return new Importd(bus, timeout);
    }

    /**
     * Downloads a tar archive into an image; polkit: pull.
     *
     * @param url http or https
     * @param local the image's name
     * @param verify {@code no}, {@code checksum} or {@code signature}
     * @param force whether it replaces an image of that name
     * @return the transfer's object path
     * @throws io.nspawn.model.BusyException where the same URL is being downloaded already
     */
    public String pullTar(String url, String local, String verify, boolean force) {
        return begun("PullTar", "sssb", List.of(url, local, verify, force));
    }

    /** Downloads a disk image, as {@link #pullTar} does an archive. */
    public String pullRaw(String url, String local, String verify, boolean force) {
        return begun("PullRaw", "sssb", List.of(url, local, verify, force));
    }

    /**
     * Reads a tar archive into an image; polkit: import.
     *
     * @param source a regular file or a pipe; it stays the caller's to close
     * @return the transfer's object path
     */
    public String importTar(FileDescriptor source, String local, boolean force, boolean readOnly) {
        return begun("ImportTar", "hsbb", List.of(source, local, force, readOnly));
    }

    /** Reads a disk image, as {@link #importTar} does an archive. */
    public String importRaw(FileDescriptor source, String local, boolean force, boolean readOnly) {
        return begun("ImportRaw", "hsbb", List.of(source, local, force, readOnly));
    }

    /**
     * Writes an image as a tar archive; polkit: export.
     *
     * @param target a regular file or a pipe; it stays the caller's to close
     * @param format {@code uncompressed}, {@code xz}, {@code bzip2}, {@code gzip}, {@code zstd} (254)
     * @return the transfer's object path
     */
    public String exportTar(String local, FileDescriptor target, String format) {
        return begun("ExportTar", "shs", List.of(local, target, format));
    }

    /** Writes an image as a disk image; it must be one, of type raw. */
    public String exportRaw(String local, FileDescriptor target, String format) {
        return begun("ExportRaw", "shs", List.of(local, target, format));
    }

    /** What is under way. */
    public List<ListedTransfer> transfers() {
        return reply("ListTransfers", "", List.of()).rows(0).stream()
                .map(ListedTransfer::of)
                .toList();
    }

    /** Ends a transfer, whose end is told as that of any other; polkit: pull. */
    public void cancel(String path) {
        bus.call(MANAGER.at(path, TRANSFER), "Cancel", timeout);
    }

    /** How far a transfer has come, 0 to 1. */
    public double progress(String path) {
        return new Reply("Get", "Progress", List.of(bus.get(MANAGER.at(path, TRANSFER), "Progress", timeout)))
                .fraction(0);
    }

    /** How a pull is checked: {@code no}, {@code checksum} or {@code signature}. */
    public String verification(String path) {
        return new Reply("Get", "Verify", List.of(bus.get(MANAGER.at(path, TRANSFER), "Verify", timeout))).text(0);
    }

    /** Tells of transfers, until closed; on the bus's dispatcher thread (see {@link Bus#subscribe}). */
    public Bus.Subscription watch(Consumer<TransferEvent> handler) {
        List<Bus.Subscription> opened = new ArrayList<>();
        try {
            opened.add(bus.subscribe(Match.of(MANAGER), event -> tell(handler, event)));
            opened.add(bus.subscribe(Match.anyObject(MANAGER.destination(), TRANSFER), event -> tell(handler, event)));
            opened.add(bus.subscribe(Match.ownerOf(MANAGER.destination()), event -> owner(handler, event)));
        } catch (RuntimeException e) {
            opened.forEach(Bus.Subscription::close);
            throw e;
        }
        return () -> opened.forEach(Bus.Subscription::close);
    }

    private static void tell(Consumer<TransferEvent> handler, BusEvent event) {
        if (!(event instanceof BusEvent.Signal signal)) {
            return;
        }
        Reply values = new Reply(signal.member(), signal.path(), signal.arguments());
        switch (signal.member()) {
            case "TransferNew" -> handler.accept(new TransferEvent.Began(values.number(0), values.text(1)));
            case "TransferRemoved" ->
                handler.accept(new TransferEvent.Ended(values.number(0), values.text(1), values.text(2)));
            case "LogMessage" ->
                handler.accept(new TransferEvent.Said(signal.path(), (int) values.number(0), values.text(1)));
            case "ProgressUpdate" -> handler.accept(new TransferEvent.Progressed(signal.path(), values.fraction(0)));
            default -> {
                // A newer importd may tell more; nobody has asked for it.
            }
        }
    }

    private static void owner(Consumer<TransferEvent> handler, BusEvent event) {
        if (event instanceof BusEvent.Signal signal) {
            Reply values = new Reply(signal.member(), signal.path(), signal.arguments());
            if (values.text(2).isEmpty()) {
                handler.accept(new TransferEvent.Vanished());
            }
        } else {
            handler.accept(new TransferEvent.Resynced());
        }
    }

    private String begun(String member, String signature, List<?> arguments) {
        return reply(member, signature, arguments).text(1);
    }

    private Reply reply(String member, String signature, List<?> arguments) {
        return Reply.of(member, MANAGER, bus.call(MANAGER, member, signature, arguments, timeout));
    }
}

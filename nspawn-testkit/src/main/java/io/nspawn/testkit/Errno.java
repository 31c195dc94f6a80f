package io.nspawn.testkit;

/**
 * An error of the kernel (errno(3)) as a fault: the host refuses the operation with it, and nothing is done.
 *
 * <p>What is thrown is what the real host throws there: of the same type, with the same error name, remedy and outcome.
 * The same errno reads differently in different places: of the pool it comes from an ioctl, of a unit from D-Bus
 * ({@code System.Error.EBUSY}), of a file of the host without any name.
 */
public enum Errno implements Fault {
    EACCES("Permission denied"),
    EAGAIN("Resource temporarily unavailable"),
    EBUSY("Device or resource busy"),
    EDQUOT("Disk quota exceeded"),
    EEXIST("File exists"),
    EINVAL("Invalid argument"),
    EIO("Input/output error"),
    ELOOP("Too many levels of symbolic links"),
    EMFILE("Too many open files"),
    ENODEV("No such device"),
    ENOENT("No such file or directory"),
    ENOMEM("Cannot allocate memory"),
    ENOSPC("No space left on device"),
    ENOSYS("Function not implemented"),
    ENOTDIR("Not a directory"),
    ENOTEMPTY("Directory not empty"),
    EOPNOTSUPP("Operation not supported"),
    EPERM("Operation not permitted"),
    EROFS("Read-only file system"),
    ETIMEDOUT("Connection timed out");

    private final String text;

    Errno(String text) {
        this.text = text;
    }

    /** The name that the real host's errors have for its number: of two names for one number, the other. */
    String kernelName() {
        return this == EOPNOTSUPP ? "ENOTSUP" : name();
    }

    /** The words that the C library has for it. */
    public String text() {
        return text;
    }
}

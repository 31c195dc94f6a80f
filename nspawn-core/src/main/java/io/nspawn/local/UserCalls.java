package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.UnsupportedException;

/**
 * The numbers of the system calls that change one thread's user and group. The C library's functions of the same names
 * change those of all threads (nptl(7)), and so cannot be used.
 *
 * @param setresuid see setresuid(2)
 * @param setresgid see setresgid(2)
 */
record UserCalls(long setresuid, long setresgid) {

    /** From the kernel's {@code asm/unistd.h} and {@code syscall.tbl} of each architecture. */
    static UserCalls ofThisMachine() {
        String architecture = System.getProperty("os.arch", "");
        return switch (architecture) {
            case "amd64", "x86_64" -> new UserCalls(117, 119);
            case "aarch64", "riscv64", "loongarch64" -> new UserCalls(147, 149);
            case "s390x" -> new UserCalls(208, 210);
            case "ppc64le", "ppc64" -> new UserCalls(164, 169);
            default ->
                throw new UnsupportedException(Failure.of(
                        "act as", "the root of a container", "this is not known on the architecture " + architecture));
        };
    }
}

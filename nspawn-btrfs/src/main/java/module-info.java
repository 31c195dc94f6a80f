/** BTRFS for Java. */
module io.nspawn.btrfs {
    requires static org.jspecify;
    requires org.jnrproject.constants;
    requires org.jnrproject.ffi;
    requires org.slf4j;
    // jnr-ffi is an automatic module and cannot ask for the modules that it generates its stubs with.
    requires org.objectweb.asm.commons;
    requires org.objectweb.asm.util;

    exports io.nspawn.btrfs;
}

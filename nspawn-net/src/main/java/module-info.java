/** rtnetlink for Java. */
module io.nspawn.net {
    requires static org.jspecify;
    requires org.jnrproject.constants;
    requires org.jnrproject.ffi;
    // jnr-ffi makes its classes with these and, being an automatic module, cannot ask for them itself.
    requires org.objectweb.asm;
    requires org.objectweb.asm.util;
    requires org.slf4j;

    exports io.nspawn.net;
}

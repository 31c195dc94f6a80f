/** OpenStack-Ansible's network dictionaries, read into topologies and the interfaces of containers. */
module io.nspawn.osa {
    requires static org.jspecify;
    requires transitive io.nspawn.core;
    requires org.snakeyaml.engine.v2;

    exports io.nspawn.osa;
}

package io.nspawn.config.nspawn;

/** What happens to {@code /etc/resolv.conf}: {@code ResolvConf=}. */
public enum ResolvConf implements Choice {
    OFF,
    COPY_HOST,
    COPY_STATIC,
    COPY_UPLINK,
    COPY_STUB,
    REPLACE_HOST,
    REPLACE_STATIC,
    REPLACE_UPLINK,
    REPLACE_STUB,
    BIND_HOST,
    BIND_STATIC,
    BIND_UPLINK,
    BIND_STUB,
    DELETE,
    AUTO
}

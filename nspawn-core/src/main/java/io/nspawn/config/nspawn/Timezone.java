package io.nspawn.config.nspawn;

/** What happens to {@code /etc/localtime}: {@code Timezone=}. */
public enum Timezone implements Choice {
    OFF,
    COPY,
    BIND,
    SYMLINK,
    DELETE,
    AUTO
}

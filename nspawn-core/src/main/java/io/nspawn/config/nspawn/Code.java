package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.Diagnostic.Severity;

/** What a {@link Diagnostic} is about. */
public enum Code {
    /** A section header without its {@code ]}. */
    HEADER_NOT_CLOSED(Severity.REFUSED),
    /** A section header with characters that no name of a section has. */
    HEADER_UNSAFE(Severity.REFUSED),
    /** A line that is not UTF-8. */
    NOT_UTF8(Severity.REFUSED),
    /** A line of 1 MiB and more. */
    LINE_TOO_LONG(Severity.REFUSED),
    /** A value for which the version gives up the whole file. */
    VALUE_FATAL(Severity.REFUSED),

    /** A section that the version does not know. */
    SECTION_UNKNOWN(Severity.IGNORED),
    /** An assignment before the first section. */
    OUTSIDE_SECTION(Severity.IGNORED),
    /** A line without {@code =}. */
    NO_EQUALS(Severity.IGNORED),
    /** A line that begins with {@code =}. */
    NO_KEY(Severity.IGNORED),
    /** A key that the version does not know in this section. */
    KEY_UNKNOWN(Severity.IGNORED),
    /** A value, or a word of it, that does not follow the key's grammar. */
    VALUE_INVALID(Severity.IGNORED),
    /** {@code Boot=} or {@code ProcessTwo=} against an earlier line. */
    START_CONFLICT(Severity.IGNORED),
    /** A port of the host that was published before. */
    PORT_DUPLICATE(Severity.IGNORED),
    /** A privileged key in a file that is not trusted. */
    NOT_TRUSTED(Severity.IGNORED),

    /** Keys of {@code [Network]} without {@code VirtualEthernet=}: the unit's veth is gone. */
    NETWORK_REPLACES_TEMPLATE(Severity.REGRETTED),
    /** {@code Private=no} alone: host networking, and no CAP_NET_ADMIN. */
    HOST_NETWORK_LOSES_CAPABILITY(Severity.REGRETTED),
    /** {@code Private=no} beside links that make the network private. */
    PRIVATE_OVERRIDDEN(Severity.REGRETTED),
    /** {@code VirtualEthernet=no} beside a bridge or zone. */
    VETH_OVERRIDDEN(Severity.REGRETTED),
    /** {@code Bridge=} and {@code Zone=} together: the start fails. */
    BRIDGE_AND_ZONE(Severity.REGRETTED),
    /** {@code NamespacePath=} with links: the start fails. */
    NAMESPACE_WITH_LINKS(Severity.REGRETTED),
    /** {@code Port=} without a private network: the start fails. */
    PORT_WITHOUT_PRIVATE_NETWORK(Severity.REGRETTED),
    /** {@code Zone=} without a name, which is a zone of its own. */
    ZONE_WITHOUT_NAME(Severity.REGRETTED),
    /** A name in the container that is above 15 bytes. */
    INTERFACE_NAME_SHORTENED(Severity.REGRETTED),
    /** {@code PrivateUsersOwnership=} alone: user namespaces are off. */
    OWNERSHIP_WITHOUT_PRIVATE_USERS(Severity.REGRETTED),
    /** {@code PrivateUsers=} alone: the ownership depends on the version. */
    PRIVATE_USERS_WITHOUT_OWNERSHIP(Severity.REGRETTED),
    /** {@code PrivateUsersDelegate=} without {@code PrivateUsers=managed}: the start fails. */
    DELEGATE_WITHOUT_MANAGED(Severity.REGRETTED),
    /** {@code PrivateUsers=managed} without a private network: the start fails. */
    MANAGED_WITHOUT_PRIVATE_NETWORK(Severity.REGRETTED),
    /** {@code chown} of an image that is read-only or volatile: the start fails. */
    CHOWN_OF_READ_ONLY(Severity.REGRETTED),
    /** {@code Parameters=} without {@code Boot=} or {@code ProcessTwo=}: ignored. */
    PARAMETERS_WITHOUT_BOOT(Severity.REGRETTED),
    /** {@code AmbientCapability=} that nspawn refuses at the start. */
    AMBIENT_REFUSED(Severity.REGRETTED),
    /** {@code Ephemeral=yes} with a journal link: the start fails. */
    EPHEMERAL_WITH_JOURNAL(Severity.REGRETTED),
    /** {@code BindUserShell=} without {@code BindUser=}: the start fails. */
    SHELL_WITHOUT_USER(Severity.REGRETTED),
    /** {@code BindUser=} without user namespaces: the start fails in 252. */
    BIND_USER_WITHOUT_PRIVATE_USERS(Severity.REGRETTED),
    /** A mount option of {@code Bind=} that the version does not have: the start fails. */
    BIND_OPTION_UNKNOWN(Severity.REGRETTED),
    /** A mapping option of {@code Bind=} without user namespaces: the start fails. */
    BIND_MAPPING_WITHOUT_PRIVATE_USERS(Severity.REGRETTED),
    /** A mount over {@code /} with user namespaces: the start fails. */
    ROOT_MOUNT_WITH_PRIVATE_USERS(Severity.REGRETTED),
    /** A source that starts from the directory that nspawn happens to run in. */
    SOURCE_RELATIVE(Severity.REGRETTED),
    /** A device node that is visible and that the unit's device policy forbids. */
    DEVICE_NOT_ALLOWED(Severity.REGRETTED),
    /** {@code %}, which is not a specifier here. */
    PERCENT_LITERAL(Severity.REGRETTED),
    /** {@code $}, which is not a variable here. */
    DOLLAR_LITERAL(Severity.REGRETTED),
    /** {@code #} within a value, which starts no comment. */
    COMMENT_IN_VALUE(Severity.REGRETTED),
    /** A line that a backslash at the end of the one before made part of the value. */
    LINE_SWALLOWED(Severity.REGRETTED),
    /** A key that counts once, assigned again. */
    ASSIGNED_AGAIN(Severity.REGRETTED),
    /** An empty value that does not take back what was assigned before. */
    EMPTY_DOES_NOT_RESET(Severity.REGRETTED),
    /** A file that says nothing. */
    FILE_EMPTY(Severity.REGRETTED),
    /** No {@code RestrictAddressFamilies=}, whose default is announced to change. */
    ADDRESS_FAMILIES_UNSET(Severity.REGRETTED);

    private final Severity severity;

    Code(Severity severity) {
        this.severity = severity;
    }

    public Severity severity() {
        return severity;
    }
}

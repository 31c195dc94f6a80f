package io.nspawn.config.nspawn;

import java.util.Optional;
import java.util.OptionalLong;

/** {@code PrivateUsers=} and what goes with it. */
final class UserParsers {
    private static final long DEFAULT_RANGE = 0x10000;

    private UserParsers() {}

    static void privateUsers(Draft draft, Assigned a) throws Unparsable {
        Optional<Boolean> flag = Booleans.find(a.value());
        if (flag.isPresent()) {
            draft.privateUsers = Optional.of(flag.get() ? UserNamespace.ofImage() : UserNamespace.none());
        } else if (a.value().equals("pick")) {
            draft.privateUsers = Optional.of(UserNamespace.pick());
        } else if (a.value().equals("identity")) {
            draft.privateUsers = Optional.of(UserNamespace.identity());
        } else if (a.value().equals("managed") && a.since(Version.MANAGED_USERS)) {
            draft.privateUsers = Optional.of(UserNamespace.managed());
        } else {
            draft.privateUsers = Optional.of(range(a.value()));
        }
    }

    private static UserNamespace range(String text) throws Unparsable {
        int colon = text.indexOf(':');
        long range = colon < 0 ? DEFAULT_RANGE : Numbers.unsigned32(text.substring(colon + 1));
        long shift = Numbers.userId(colon < 0 ? text : text.substring(0, colon));
        if (!UserNamespace.isValid(shift, range)) {
            throw Unparsable.invalid("no range of user ids: \"" + text + '"');
        }
        return UserNamespace.fixed(shift, range);
    }

    static void ownership(Draft draft, Assigned a) throws Unparsable {
        Ownership ownership = ExecParsers.choose(Ownership.class, Ownership.OFF, Ownership.AUTO, a.value());
        if (ownership == Ownership.FOREIGN && !a.since(Version.MANAGED_USERS)) {
            throw Unparsable.invalid("foreign needs systemd " + Version.MANAGED_USERS);
        }
        draft.ownership = Optional.of(ownership);
    }

    static void chown(Draft draft, Assigned a) throws Unparsable {
        draft.ownership = Optional.of(a.bool() ? Ownership.CHOWN : Ownership.OFF);
    }

    static void delegate(Draft draft, Assigned a) throws Unparsable {
        draft.delegate = Numbers.unsigned32(a.value());
    }

    /** After the whole file: neither of the two is left without the other. */
    static void complete(Draft draft, int version) {
        if (draft.privateUsers.isPresent() && draft.ownership.isEmpty()) {
            UserNamespace.Mode mode = draft.privateUsers.get().mode();
            draft.ownership = Optional.of(implied(mode, version));
        }
        if (draft.ownership.isPresent() && draft.privateUsers.isEmpty()) {
            draft.privateUsers =
                    Optional.of(new UserNamespace(UserNamespace.Mode.NO, OptionalLong.empty(), OptionalLong.empty()));
        }
    }

    private static Ownership implied(UserNamespace.Mode mode, int version) {
        boolean found = mode == UserNamespace.Mode.PICK || mode == UserNamespace.Mode.MANAGED;
        if (!found) {
            return Ownership.OFF;
        }
        if (version >= Version.OWNERSHIP_AUTO) {
            return Ownership.AUTO;
        }
        return mode == UserNamespace.Mode.PICK ? Ownership.CHOWN : Ownership.OFF;
    }
}

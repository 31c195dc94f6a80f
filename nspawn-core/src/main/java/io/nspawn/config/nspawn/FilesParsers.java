package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.Words.Split;
import java.util.List;
import java.util.Optional;

/** The values of {@code [Files]}, but the ownership. */
final class FilesParsers {
    private static final String TMPFS_OPTIONS = "mode=0755";

    private FilesParsers() {}

    static void bind(Draft draft, Assigned a, boolean readOnly) throws Unparsable {
        Words fields = new Words(a.value(), Split.FIELDS);
        String source = fields.next().orElse("");
        Optional<String> second = fields.next();
        String destination = second.orElse(source.startsWith("+") ? source.substring(1) : source);
        Optional<String> options = ExecParsers.notEmpty(fields.rest());
        Optional<String> checked = source.isEmpty() ? Optional.empty() : Optional.of(source(a, source));
        requireAbsolute(destination);
        draft.mounts.add(new Mount.Bind(checked, destination, options, readOnly));
    }

    static void temporaryFileSystem(Draft draft, Assigned a) throws Unparsable {
        Words fields = new Words(a.value(), Split.FIELDS);
        String destination = fields.next().orElse("");
        requireAbsolute(destination);
        draft.mounts.add(new Mount.TemporaryFileSystem(
                destination, ExecParsers.notEmpty(fields.rest()).orElse(TMPFS_OPTIONS)));
    }

    static void inaccessible(Draft draft, Assigned a) throws Unparsable {
        requireAbsolute(a.value());
        draft.mounts.add(new Mount.Inaccessible(a.value()));
    }

    static void overlay(Draft draft, Assigned a, boolean readOnly) throws Unparsable {
        List<String> fields = Words.all(a.value(), Split.FIELDS);
        if (fields.size() < 2) {
            throw Unparsable.invalid("one directory, where two or more are needed: \"" + a.value() + '"');
        }
        draft.mounts.add(fields.size() == 2 ? inPlace(a, fields, readOnly) : layered(a, fields, readOnly));
    }

    private static Mount inPlace(Assigned a, List<String> fields, boolean readOnly) throws Unparsable {
        String lower = source(a, fields.get(0));
        String upper = source(a, fields.get(1));
        return new Mount.Overlay(
                List.of(lower), Optional.of(upper), upper.startsWith("+") ? upper.substring(1) : upper, readOnly);
    }

    private static Mount layered(Assigned a, List<String> fields, boolean readOnly) throws Unparsable {
        int last = fields.size() - 1;
        String[] lower = new String[last - 1];
        for (int i = 0; i < lower.length; i++) {
            lower[i] = source(a, fields.get(i));
        }
        String upper = fields.get(last - 1);
        Optional<String> checked = upper.isEmpty() ? Optional.empty() : Optional.of(source(a, upper));
        requireAbsolute(fields.get(last));
        return new Mount.Overlay(List.of(lower), checked, fields.get(last), readOnly);
    }

    private static String source(Assigned a, String source) throws Unparsable {
        if (source.isEmpty()) {
            throw Unparsable.invalid("an empty source");
        }
        if (source.startsWith("+")) {
            requireAbsolute(source.substring(1));
        }
        return a.platform().absolute(source);
    }

    private static void requireAbsolute(String path) throws Unparsable {
        if (!Paths.isAbsolute(path)) {
            throw Unparsable.invalid("not absolute: \"" + path + '"');
        }
    }

    /** Names that accumulate up to the first bad one of a line. */
    static void bindUser(Draft draft, Assigned a) throws Unparsable {
        if (a.isEmpty()) {
            draft.bindUsers.clear();
            return;
        }
        Words words = new Words(a.value(), Split.ESCAPED);
        for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
            if (!word.get().matches("[A-Za-z_][A-Za-z0-9_-]{0,30}")) {
                throw Unparsable.invalid("no user name: \"" + word.get() + '"');
            }
            draft.bindUsers.add(word.get());
        }
    }

    static void bindUserShell(Draft draft, Assigned a) throws Unparsable {
        if (a.isEmpty()) {
            draft.bindUserShell = Optional.empty();
        } else if (Paths.isAbsolute(a.value()) && Paths.isNormalized(a.value())) {
            draft.bindUserShell = Optional.of(new BindUserShell(false, Optional.of(a.value())));
        } else {
            draft.bindUserShell = Optional.of(new BindUserShell(a.bool(), Optional.empty()));
        }
    }
}

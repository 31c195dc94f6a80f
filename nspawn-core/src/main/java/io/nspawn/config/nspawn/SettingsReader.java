package io.nspawn.config.nspawn;

import io.nspawn.config.SystemdFileLexer;
import io.nspawn.config.SystemdLine;
import io.nspawn.config.SystemdLine.Fatal;
import io.nspawn.config.SystemdLine.Header;
import io.nspawn.config.SystemdLine.Stray;
import io.nspawn.config.nspawn.SettingsReading.Assignment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a {@code .nspawn} file as systemd of one major version would, from 252 on. No input makes it throw: what systemd
 * refuses is in the {@link SettingsReading}. A reader has no state and may be shared.
 */
public final class SettingsReader {
    /** The oldest version whose behaviour is known. */
    public static final int OLDEST = 252;

    private final int version;
    private final HostPlatform platform;

    private SettingsReader(int version, HostPlatform platform) {
        if (version < OLDEST) {
            throw new IllegalArgumentException("systemd " + version + " is older than " + OLDEST);
        }
        this.version = version;
        this.platform = platform;
    }

    /**
     * A reader as systemd of this version on this machine.
     *
     * @throws IllegalArgumentException for a version below 252
     */
    public static SettingsReader forVersion(int version) {
        return new SettingsReader(version, HostPlatform.current());
    }

    /** The same on another machine, or in another directory. */
    public SettingsReader on(HostPlatform other) {
        return new SettingsReader(version, other);
    }

    public SettingsReading read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    public SettingsReading read(byte[] content) {
        Pass pass = new Pass();
        for (SystemdLine line : SystemdFileLexer.lex(content)) {
            pass.accept(line);
            if (pass.refusal.isPresent()) {
                return new SettingsReading(version, Optional.empty(), pass.refusal, pass.diagnostics, pass.assignments);
            }
        }
        UserParsers.complete(pass.draft, version);
        return new SettingsReading(
                version, Optional.of(pass.draft.freeze()), Optional.empty(), pass.diagnostics, pass.assignments);
    }

    /** One reading under way. */
    private final class Pass {
        final Draft draft = new Draft();
        final List<Diagnostic> diagnostics = new ArrayList<>();
        final List<Assignment> assignments = new ArrayList<>();
        Optional<Errno> refusal = Optional.empty();
        private Optional<String> section = Optional.empty();
        private boolean sectionIgnored;

        void accept(SystemdLine line) {
            if (line instanceof Header header) {
                header(header);
            } else if (line instanceof Fatal fatal) {
                fatal(fatal);
            } else if (section.isEmpty()) {
                if (!sectionIgnored) {
                    report(
                            Code.OUTSIDE_SECTION,
                            line,
                            "an assignment outside of any section",
                            "begin the file with [Exec], [Files] or [Network]");
                }
            } else if (line instanceof Stray stray) {
                stray(stray);
            } else if (line instanceof SystemdLine.Assignment assignment) {
                assignment(section.get(), assignment);
            }
        }

        private void header(Header header) {
            String name = header.name();
            if (!isSafe(name)) {
                refuse(
                        Errno.EBADMSG,
                        Code.HEADER_UNSAFE,
                        header,
                        "a section name that systemd refuses: \"" + name + '"',
                        "name it Exec, Files or Network");
                return;
            }
            boolean known = SettingKey.isSection(name);
            section = known ? Optional.of(name) : Optional.empty();
            sectionIgnored = !known;
            if (!known && !name.startsWith("X-")) {
                report(
                        Code.SECTION_UNKNOWN,
                        header,
                        "no section of a .nspawn file: [" + name + "]",
                        "name it Exec, Files or Network, or begin its name with X-");
            }
        }

        private boolean isSafe(String name) {
            boolean strict = version >= Version.STRICT_HEADERS;
            String unsafe = strict ? "\"'\\\u007f*?[" : "\"'\\\u007f";
            return name.chars().allMatch(c -> c >= ' ' && unsafe.indexOf(c) < 0) && !(strict && name.isEmpty());
        }

        private void fatal(Fatal fatal) {
            refuse(
                    errno(fatal),
                    code(fatal),
                    fatal,
                    fatal.problem(),
                    fatal.cause().remedy());
        }

        private Errno errno(Fatal fatal) {
            return switch (fatal.cause()) {
                case HEADER_NOT_CLOSED -> Errno.EBADMSG;
                case NOT_UTF8 -> Errno.EINVAL;
                case TOO_LONG -> Errno.ENOBUFS;
            };
        }

        private Code code(Fatal fatal) {
            return switch (fatal.cause()) {
                case HEADER_NOT_CLOSED -> Code.HEADER_NOT_CLOSED;
                case NOT_UTF8 -> Code.NOT_UTF8;
                case TOO_LONG -> Code.LINE_TOO_LONG;
            };
        }

        private void stray(Stray stray) {
            if (stray.text().startsWith("=")) {
                report(Code.NO_KEY, stray, "no key before '='", "write KEY=VALUE");
            } else {
                report(Code.NO_EQUALS, stray, "no '=' in \"" + stray.text() + '"', "write KEY=VALUE");
            }
        }

        private void assignment(String in, SystemdLine.Assignment line) {
            Optional<SettingKey> known = SettingKey.find(in, line.key()).filter(k -> version >= k.since());
            if (known.isEmpty()) {
                if (!line.key().startsWith("X-")) {
                    diagnostics.add(UnknownKeys.diagnose(in, line, version));
                }
                return;
            }
            SettingKey key = known.get();
            assignments.add(new Assignment(key, line.value(), line.place().first(), line.number()));
            Assigned assigned = new Assigned(key, line.value(), line.number(), version, platform, diagnostics);
            try {
                key.parser().parse(draft, assigned);
            } catch (Unparsable e) {
                if (e.isFatal()) {
                    refusal = Optional.of(e.errno());
                    assigned.warn(Code.VALUE_FATAL, e.problem(), key.key() + "= takes " + key.grammar());
                } else {
                    assigned.warn(e.problem());
                }
            }
        }

        private void refuse(Errno errno, Code code, SystemdLine line, String problem, String remedy) {
            refusal = Optional.of(errno);
            report(code, line, problem, remedy);
        }

        private void report(Code code, SystemdLine line, String problem, String remedy) {
            diagnostics.add(new Diagnostic(code, line.number(), "", problem, remedy));
        }
    }
}

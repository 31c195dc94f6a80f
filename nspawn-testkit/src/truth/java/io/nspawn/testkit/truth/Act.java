package io.nspawn.testkit.truth;

import io.nspawn.Container;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.deploy.DeployOptions;
import io.nspawn.deploy.DeployReport;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ImageName;
import io.nspawn.model.KillTarget;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.Signal;
import io.nspawn.model.Size;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork.NewLink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** One thing that is done to both hosts, as data. */
sealed interface Act {
    /** Does it. Returns what can be told of its end that must be the same on every host. */
    String on(Subject subject);

    /** Deploys a batch, where it may restart what runs, or may not. */
    record Deploy(List<SpecChoice> choices, boolean restarting) implements Act {
        @Override
        public String on(Subject subject) {
            List<String> progress = new ArrayList<>();
            DeployReport report = subject.host()
                    .deployAll(
                            specs(choices),
                            options(restarting),
                            p -> progress.add(p.phase() + " " + p.done() + "/" + p.total()));
            return report.changed() + " changed: " + progress + " " + report.notes();
        }
    }

    /** Plans a batch. */
    record Plan(List<SpecChoice> choices, boolean restarting) implements Act {
        @Override
        public String on(Subject subject) {
            return subject.host().plan(specs(choices), options(restarting)).toString();
        }
    }

    /** Gives a container a root from another image. */
    record Upgrade(SpecChoice choice, String image) implements Act {
        @Override
        public String on(Subject subject) {
            return subject.host()
                    .upgrade(choice.spec(), image, Duration.ofSeconds(20))
                    .status()
                    .state()
                    .toString();
        }
    }

    /** What is done with the snapshots of a container. */
    enum SnapshotVerb {
        TAKE,
        ROLL_BACK,
        REMOVE,
        LIST
    }

    record Snapshot(SnapshotVerb verb, int container, String name) implements Act {
        @Override
        public String on(Subject subject) {
            Container its = handle(subject, container);
            return switch (verb) {
                case TAKE -> {
                    its.snapshot(name);
                    yield "done";
                }
                case ROLL_BACK -> {
                    its.rollback(name);
                    yield "done";
                }
                case REMOVE -> Boolean.toString(its.removeSnapshot(name));
                case LIST ->
                    its.snapshots().stream()
                            .map(s -> s.name().toString())
                            .sorted()
                            .toList()
                            .toString();
            };
        }
    }

    /** Removes containers. */
    record Remove(List<Integer> containers) implements Act {
        @Override
        public String on(Subject subject) {
            List<MachineName> machines =
                    containers.stream().map(Names.MACHINES::get).toList();
            return subject.host().removeAll(machines, p -> {}).changed() + " changed";
        }
    }

    /** What is done to one container, whether it is there or not. */
    enum Verb {
        START,
        STOP,
        TERMINATE,
        REBOOT,
        ENABLE,
        DISABLE,
        KILL
    }

    record Drive(Verb verb, int container) implements Act {
        @Override
        public String on(Subject subject) {
            Container its = handle(subject, container);
            switch (verb) {
                case START -> its.start();
                case STOP -> its.stop();
                case TERMINATE -> its.terminate();
                case REBOOT -> its.reboot();
                case ENABLE -> its.enable();
                case DISABLE -> its.disable();
                case KILL -> its.kill(Signal.KILL, KillTarget.LEADER);
            }
            return "done";
        }
    }

    /** Limits a container while it runs. */
    record Limit(int container, int tasks) implements Act {
        @Override
        public String on(Subject subject) {
            return handle(subject, container).limit(Limits.NONE.tasks(tasks)).toString();
        }
    }

    record Exec(int container, String command) implements Act {
        @Override
        public String on(Subject subject) {
            ExecResult result = handle(subject, container).exec(command);
            return result.exitCode() + " " + result.stdout();
        }
    }

    /** What is done to one image or root of the pool. */
    enum ImageVerb {
        REMOVE,
        SEAL,
        UNSEAL,
        LIMIT,
        USAGE
    }

    record DriveImage(ImageVerb verb, String image) implements Act {
        @Override
        public String on(Subject subject) {
            var images = subject.host().images();
            switch (verb) {
                case REMOVE -> images.remove(image);
                case SEAL -> images.seal(image);
                case UNSEAL -> images.unseal(image);
                case LIMIT -> images.limit(image, Size.parse("1G"));
                case USAGE -> images.usage(image);
            }
            return "done";
        }
    }

    record Rename(String from, String to) implements Act {
        @Override
        public String on(Subject subject) {
            subject.host().images().rename(from, to);
            return "done";
        }
    }

    /** Somebody clones an image by hand. */
    record Clone(String image, String name) implements Act {
        @Override
        public String on(Subject subject) {
            subject.ports().images().cloneAll(ImageName.of(image), List.of(name));
            return "done";
        }
    }

    /** Somebody edits the settings of a container, or writes some where none are. */
    record Edit(int container) implements Act {
        @Override
        public String on(Subject subject) {
            Path file = SettingsFile.path(Names.MACHINES.get(container));
            String text = subject.ports()
                    .files()
                    .read(file)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElse("[Exec]\n");
            byte[] edited = ("# by hand\n" + text).getBytes(StandardCharsets.UTF_8);
            subject.ports().files().replaceAll(Map.of(file, edited));
            return "done";
        }
    }

    /** Somebody deletes the settings of a container. */
    record DeleteSettings(int container) implements Act {
        @Override
        public String on(Subject subject) {
            Path file = SettingsFile.path(Names.MACHINES.get(container));
            return Boolean.toString(subject.ports().files().delete(file));
        }
    }

    record MakeBridge(String name) implements Act {
        @Override
        public String on(Subject subject) {
            subject.ports().network().create(new NewLink.Bridge(InterfaceName.of(name), OptionalInt.empty()));
            return "done";
        }
    }

    record MakeMacvlan(String name, String lower) implements Act {
        @Override
        public String on(Subject subject) {
            subject.ports()
                    .network()
                    .create(new NewLink.Macvlan(InterfaceName.of(name), InterfaceName.of(lower), MacvlanMode.BRIDGE));
            return "done";
        }
    }

    record GiveAddress(String link, String address) implements Act {
        @Override
        public String on(Subject subject) {
            subject.ports().network().addAddress(InterfaceName.of(link), Prefix.parse(address));
            return "done";
        }
    }

    record DeleteLink(String name) implements Act {
        @Override
        public String on(Subject subject) {
            subject.ports().network().delete(List.of(InterfaceName.of(name)));
            return "done";
        }
    }

    private static DeployOptions options(boolean restarting) {
        return restarting ? DeployOptions.DEFAULT.restarting() : DeployOptions.DEFAULT;
    }

    private static List<ContainerSpec> specs(List<SpecChoice> choices) {
        return choices.stream().map(SpecChoice::spec).toList();
    }

    private static Container handle(Subject subject, int number) {
        return subject.host().container(Names.MACHINES.get(number));
    }
}

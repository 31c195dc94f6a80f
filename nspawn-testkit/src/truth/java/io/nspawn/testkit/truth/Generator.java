package io.nspawn.testkit.truth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Makes the acts of a sequence, good and bad ones; the same seed makes the same acts. */
final class Generator {
    private static final int BOOTING = 8;
    private static final String BINDABLE = "/srv";

    private final Random random;
    private final boolean boots;

    private Generator(long seed) {
        this.random = new Random(seed);
        this.boots = random.nextInt(BOOTING) == 0;
    }

    static List<Act> acts(long seed, int count) {
        Generator generator = new Generator(seed);
        return IntStream.range(0, count).mapToObj(i -> generator.act()).toList();
    }

    private Act act() {
        int dice = random.nextInt(100);
        if (dice < 28) {
            return new Act.Deploy(choices(), random.nextBoolean());
        }
        if (dice < 32) {
            return new Act.Plan(choices(), random.nextBoolean());
        }
        if (dice < 37) {
            return new Act.Remove(containers());
        }
        if (dice < 48) {
            return new Act.Snapshot(any(List.of(Act.SnapshotVerb.values())), container(), any(Names.SNAPSHOTS));
        }
        if (dice < 51) {
            return new Act.Upgrade(choice(container()), any(images()));
        }
        if (dice < 66) {
            return new Act.Drive(any(List.of(Act.Verb.values())), container());
        }
        if (dice < 70) {
            return new Act.Limit(container(), 50 + random.nextInt(3));
        }
        if (dice < 74) {
            return new Act.Exec(container(), any(List.of("true", "false", "hostname", "/no/such/program")));
        }
        return dice < 86 ? image(dice) : byHand(dice);
    }

    private Act image(int dice) {
        if (dice < 80) {
            return new Act.DriveImage(any(List.of(Act.ImageVerb.values())), root());
        }
        return dice < 83 ? new Act.Rename(root(), root()) : new Act.Clone(any(images()), root());
    }

    private Act byHand(int dice) {
        return switch (dice) {
            case 86, 87 -> new Act.Edit(container());
            case 88, 89 -> new Act.DeleteSettings(container());
            case 90, 91 -> new Act.MakeBridge(any(Names.BRIDGES));
            case 92, 93 -> new Act.MakeMacvlan(Names.MACVLAN, any(links()));
            case 94, 95 -> new Act.GiveAddress(any(links()), "172.29.78." + (1 + random.nextInt(3)) + "/24");
            default -> new Act.DeleteLink(any(links()));
        };
    }

    private List<SpecChoice> choices() {
        return containers().stream().map(this::choice).toList();
    }

    private SpecChoice choice(int container) {
        return new SpecChoice(
                container,
                any(List.of(Names.IMAGES.get(0), Names.IMAGES.get(0), Names.IMAGES.get(0), Names.IMAGES.get(1), bad())),
                boots && random.nextBoolean(),
                any(List.of(0, 0, 100, 200)),
                any(List.of("", "", "a b", "%i $x")),
                any(List.of("", Names.BRIDGES.get(0), Names.BRIDGES.get(0), Names.BRIDGES.get(1), badLink())),
                any(List.of("", "", Names.BRIDGES.get(1))),
                random.nextInt(6) == 0 ? 10 : 10 + container,
                any(List.of("", "", "", BINDABLE, random.nextInt(3) == 0 ? "/srv/missing" : "")),
                random.nextInt(6) == 0);
    }

    private String bad() {
        return random.nextInt(3) == 0 ? Names.NO_IMAGE : Names.IMAGES.get(0);
    }

    private String badLink() {
        return random.nextInt(3) == 0 ? any(List.of(Names.NO_LINK, "lo")) : "";
    }

    /** One or more, in any order, seldom one of them twice. */
    private List<Integer> containers() {
        List<Integer> all = new ArrayList<>(
                IntStream.range(0, Names.CONTAINERS.size()).boxed().toList());
        Collections.shuffle(all, random);
        List<Integer> some = new ArrayList<>(all.subList(0, 1 + random.nextInt(all.size())));
        if (random.nextInt(20) == 0) {
            some.add(some.get(0));
        }
        return some;
    }

    private int container() {
        return random.nextInt(Names.CONTAINERS.size());
    }

    private List<String> images() {
        List<String> images = new ArrayList<>(Names.IMAGES);
        images.add(Names.NO_IMAGE);
        return images;
    }

    /** An image or the root of a container. */
    private String root() {
        return random.nextInt(3) == 0 ? Names.MACHINES.get(container()).value() : any(images());
    }

    private List<String> links() {
        List<String> links = new ArrayList<>(Names.BRIDGES);
        links.add(Names.MACVLAN);
        links.add(Names.NO_LINK);
        return links;
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}

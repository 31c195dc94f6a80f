package io.nspawn.testkit.truth;

import io.nspawn.model.ContainerSpec;

/**
 * A spec, as the choices that were made for it.
 *
 * @param container whose it is, an index of {@link Names#CONTAINERS}
 * @param image the image's name
 * @param boots whether its init boots, or one program runs
 * @param tasks the limit, or 0 for none
 * @param variable the value of a variable, or nothing for none
 * @param nic the interface that a macvlan is to stand on, or nothing for none
 * @param secondNic the one that another is to stand on, or nothing for none
 * @param address the last part of the macvlan's addresses
 * @param bind the directory that is bound, or nothing for none
 * @param journal whether its journal is kept
 */
record SpecChoice(
        int container,
        String image,
        boolean boots,
        int tasks,
        String variable,
        String nic,
        String secondNic,
        int address,
        String bind,
        boolean journal) {
    ContainerSpec spec() {
        ContainerSpec.Builder spec =
                ContainerSpec.named(Names.CONTAINERS.get(container)).image(image);
        if (!boots) {
            spec.runs("/bin/sleep", "infinity");
        }
        if (tasks > 0) {
            spec.limits(l -> l.tasks(tasks));
        }
        if (!variable.isEmpty()) {
            spec.environment("EQ", variable);
        }
        if (!nic.isEmpty()) {
            spec.macvlan(nic, n -> n.address("172.29.77." + address + "/24").address("fd77:77::" + address + "/64"));
        }
        if (!secondNic.isEmpty() && !secondNic.equals(nic)) {
            spec.macvlan(secondNic, n -> n.address("172.29.79." + address + "/24"));
        }
        if (!bind.isEmpty()) {
            spec.bindReadOnly(bind, "/mnt");
        }
        if (journal) {
            spec.persistentJournal();
        }
        return spec.build();
    }
}

package io.nspawn.testkit.lab;

import java.io.IOException;
import java.io.PrintStream;

/** Holds a lab of the release and with the inotify bound given, with all in it that could outlive it, until killed. */
final class HoldingMain {
    private HoldingMain() {}

    public static void main(String[] arguments) throws IOException {
        LabHost lab = LabHost.debian(arguments[0]).start();
        lab.exec("machinectl", "clone", lab.release().baseImage(), "c1").orThrow();
        lab.exec("systemctl", "start", "systemd-nspawn@c1").orThrow();
        lab.exec("ip", "netns", "add", "other").orThrow();
        lab.exec("truncate", "-s", "1M", "/root/other.img").orThrow();
        String loop = lab.exec("losetup", "-f", "--show", "/root/other.img")
                .orThrow()
                .stdout()
                .strip();
        lab.exec("sysctl", "-w", "fs.inotify.max_user_instances=" + arguments[1])
                .orThrow();
        PrintStream out = System.out;
        out.println(lab.id() + " " + lab.leader() + " " + loop);
        System.in.read();
    }
}

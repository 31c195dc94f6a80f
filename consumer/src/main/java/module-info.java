module com.example.deployer {
    requires io.nspawn.core;
    requires io.nspawn.btrfs;
    requires io.nspawn.net;
}

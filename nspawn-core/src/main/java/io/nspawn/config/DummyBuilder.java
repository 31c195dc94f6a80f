package io.nspawn.config;

/** Collects a dummy interface; see {@link Netdev#dummy}. */
public final class DummyBuilder extends NetdevBuilder<DummyBuilder> {
    DummyBuilder(String name) {
        super("dummy", name, "NetDev");
    }

    @Override
    DummyBuilder self() {
        return this;
    }
}

package io.nspawn.net;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Settings of a port of a bridge: those to be made, or those that the kernel reports.
 *
 * @param options each setting with its value; one that is not there is left as it is, or not known to this kernel
 */
public record BridgePort(Map<BridgePortOption, Long> options) {
    /**
     * Copies the settings.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public BridgePort {
        Map<BridgePortOption, Long> copy = new EnumMap<>(BridgePortOption.class);
        options.forEach((option, value) -> copy.put(option, option.format.check(option, value)));
        options = Collections.unmodifiableMap(copy);
    }

    /** Changes nothing yet. */
    public BridgePort() {
        this(Map.of());
    }

    /**
     * Sets a number.
     *
     * @param option what to set
     * @param value its value
     * @return a changed copy
     * @throws IllegalArgumentException if the value is out of range
     */
    public BridgePort with(BridgePortOption option, long value) {
        Map<BridgePortOption, Long> changed = new EnumMap<>(BridgePortOption.class);
        changed.putAll(options);
        changed.put(option, value);
        return new BridgePort(changed);
    }

    /**
     * Switches something on or off.
     *
     * @param option what to switch
     * @param on whether it is on
     * @return a changed copy
     */
    public BridgePort with(BridgePortOption option, boolean on) {
        return with(option, on ? 1 : 0);
    }

    /**
     * Gives a setting.
     *
     * @param option which
     * @return its value, empty if it is not there
     */
    public OptionalLong get(BridgePortOption option) {
        Long value = options.get(option);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    void encode(MessageEncoder out) {
        options.forEach((option, value) -> option.format.encode(out, value));
    }

    /** Reads what the kernel reports; a value that we would not accept is the kernel's affair, and left out. */
    static BridgePort read(Attributes data) {
        Map<BridgePortOption, Long> options = new EnumMap<>(BridgePortOption.class);
        for (BridgePortOption option : BridgePortOption.values()) {
            option.format.read(data).ifPresent(value -> {
                if (value >= option.format.min() && value <= option.format.max()) {
                    options.put(option, value);
                }
            });
        }
        return new BridgePort(options);
    }
}

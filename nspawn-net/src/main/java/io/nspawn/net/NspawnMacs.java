package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The MAC addresses that systemd-nspawn will give to a machine's links, known before it runs.
 *
 * <p>They depend on the host's machine-id(5), the machine's name, the sort of link, and for repeatable settings on the
 * place in the list: inserting an entry moves the addresses of those behind it, appending does not. An ipvlan has its
 * lower link's address. Source: {@code net_generate_mac()} of systemd's nspawn-network.c.
 *
 * @param machineId the host's machine ID: 32 hexadecimal digits, with or without the hyphens of a UUID
 * @param machine the machine's name
 */
public record NspawnMacs(String machineId, String machine) {
    private static final String VETH_HOST = "1a376fc746ec450bada3d53106605db1";
    private static final String VETH_CONTAINER = "c3c4f919b557b21ce6cf1427039ceea2";
    private static final String EXTRA_HOST = "48c7f6b7ea9d4c9eb728d4de91d5bf66";
    private static final String EXTRA_CONTAINER = "af501761cef94d35840d2b2054bece59";
    private static final String MACVLAN = "00136dbc66834481bb0cf9511f24a66f";

    /**
     * Checks the machine ID.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public NspawnMacs {
        machineId = machineId.strip().replace("-", "");
        if (machineId.length() != 32 || !machineId.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("a machine ID has 32 hexadecimal digits: \"" + machineId + "\"");
        }
    }

    /**
     * Predicts the address of a macvlan.
     *
     * @param index its place among all the {@code MACVLAN=} entries of the machine, from 0
     * @return the address
     * @throws IllegalArgumentException if the index is negative
     */
    public MacAddress macvlan(int index) {
        return generate(MACVLAN, index);
    }

    /**
     * Predicts the address of the host's end of {@code VirtualEthernet=yes}.
     *
     * @return the address
     */
    public MacAddress vethHost() {
        return generate(VETH_HOST, 0);
    }

    /**
     * Predicts the address of {@code host0}, the container's end of {@code VirtualEthernet=yes}.
     *
     * @return the address
     */
    public MacAddress vethContainer() {
        return generate(VETH_CONTAINER, 0);
    }

    /**
     * Predicts the address of the host's end of a {@code VirtualEthernetExtra=} entry.
     *
     * @param index its place in the list, from 0
     * @return the address
     * @throws IllegalArgumentException if the index is negative
     */
    public MacAddress extraVethHost(int index) {
        return generate(EXTRA_HOST, index);
    }

    /**
     * Predicts the address of the container's end of a {@code VirtualEthernetExtra=} entry.
     *
     * @param index its place in the list, from 0
     * @return the address
     * @throws IllegalArgumentException if the index is negative
     */
    public MacAddress extraVethContainer(int index) {
        return generate(EXTRA_CONTAINER, index);
    }

    private MacAddress generate(String key, int index) {
        if (index < 0) {
            throw new IllegalArgumentException("an index counts from 0: " + index);
        }
        byte[] name = machine.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(16 + name.length + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        message.put(HexFormat.of().parseHex(machineId)).put(name);
        if (index > 0) {
            message.putLong(index);
        }
        byte[] hashed = new byte[message.position()];
        message.flip().get(hashed);
        long hash = SipHash.hash(HexFormat.of().parseHex(key), hashed);
        byte[] mac = new byte[MacAddress.BYTES];
        for (int i = 0; i < mac.length; i++) {
            mac[i] = (byte) (hash >>> (8 * i));
        }
        mac[0] = (byte) ((mac[0] & 0xfe) | 0x02);
        return MacAddress.of(mac);
    }
}

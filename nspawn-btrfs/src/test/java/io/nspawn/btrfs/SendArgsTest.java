package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Byte by byte, without a kernel. */
class SendArgsTest {
    private static String hex(ByteBuffer buffer) {
        return HexFormat.of().formatHex(Wire.bytes(buffer, 0, buffer.capacity()));
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void protocol1AsksForNoVersion() {
        ByteBuffer buffer = little(72);
        new SendArgs(Optional.empty(), List.of(), SendProtocol.V1, false).pack(buffer, 5, 0x1234);
        assertThat(hex(buffer)).isEqualTo("0500000000000000" + "00".repeat(64));
    }

    @Test
    void everythingIsPacked() {
        SubvolumeId parent = new SubvolumeId(0x101);
        SubvolumeId source = new SubvolumeId(0x102);
        SendArgs arguments = new SendArgs(Optional.of(parent), List.of(source, parent), SendProtocol.V2, true);
        ByteBuffer buffer = little(72);
        arguments.pack(buffer, 5, 0x1234);
        assertThat(hex(buffer))
                .isEqualTo("0500000000000000" + "0200000000000000" + "3412000000000000" + "0101000000000000"
                        + "1800000000000000" + "02000000" + "00".repeat(28));
        ByteBuffer array = arguments.cloneSourcesArray();
        assertThat(array.getLong(0)).isEqualTo(0x102);
        assertThat(array.getLong(8)).isEqualTo(0x101);
        assertThat(array.capacity()).isEqualTo(16);
    }

    @Test
    void aReceivedSubvolumeIsMarked() {
        ByteBuffer buffer = little(200);
        StagedSubvolume.received(StreamWriter.ID, 7).accept(buffer);
        assertThat(hex(buffer)).isEqualTo("0123456789abcdef0123456789abcdef" + "0700000000000000" + "00".repeat(176));
    }

    @Test
    void timesArePacked() {
        ByteBuffer times = ReceivedProperties.times(new StreamTime(-1, 2), new StreamTime(3, 999_999_999));
        assertThat(times.getLong(0)).isEqualTo(-1);
        assertThat(times.getLong(8)).isEqualTo(2);
        assertThat(times.getLong(16)).isEqualTo(3);
        assertThat(times.getLong(24)).isEqualTo(999_999_999);
    }

    @Test
    void aHandleNamesTheRootOfASubvolume() {
        ByteBuffer handle = StreamSubvolumes.handle(new SubvolumeId(0x105), 0x1_0000_0009L);
        assertThat(handle.getInt(0)).isEqualTo(20);
        assertThat(handle.getInt(4)).isEqualTo(0x4d);
        assertThat(handle.getLong(8)).isEqualTo(256);
        assertThat(handle.getLong(16)).isEqualTo(0x105);
        assertThat(handle.getInt(24)).isEqualTo(9);
    }

    @Test
    void flagsOfInodesAreThoseOfChattr() {
        assertThat(ReceivedProperties.chattr(1 << 8)).as("nodump").isEqualTo(0x40);
        assertThat(ReceivedProperties.chattr(1 << 9 | 1 << 11))
                .as("noatime, compress")
                .isEqualTo(0x84);
        assertThat(ReceivedProperties.chattr(1 << 4)).as("preallocated").isZero();
    }

    @Test
    void compressionImpliesProtocol2AndProtocol1NoCompression() {
        assertThat(SendOptions.whole().compressed().protocol()).isEqualTo(SendProtocol.V2);
        assertThat(SendOptions.whole().compressed().protocol(SendProtocol.V1).isCompressed())
                .isFalse();
        assertThat(SendOptions.whole().compressed().protocol(SendProtocol.V2).isCompressed())
                .isTrue();
    }
}

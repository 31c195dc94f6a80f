package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final UUID SOME_UUID = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

    @Test
    void requestsAreUnsigned() {
        assertThat(Ioctl.TREE_SEARCH_V2.request()).isEqualTo(0xc0709411L);
        assertThat(Ioctl.GET_SUBVOL_INFO.request()).isEqualTo(0x81f8943cL);
        assertThat(Ioctl.SNAP_CREATE_V2.request()).isEqualTo(0x50009417L);
        assertThat(Ioctl.SYNC.request()).isEqualTo(0x9408L);
    }

    @Test
    void aSnapshotIsPackedByteByByte() {
        ByteBuffer buffer = little(VolumeArgs.SIZE);
        VolumeArgs.snapshot(7, EntryName.of("ab"), true).accept(buffer);
        assertThat(hex(buffer, 0, 60))
                .isEqualTo("0700000000000000" + "00".repeat(8) + "0200000000000000" + "00".repeat(32) + "61620000");
        assertThat(hex(buffer, 60, VolumeArgs.SIZE - 60)).matches("0*");
    }

    @Test
    void aDeletionByIdIsPackedByteByByte() {
        ByteBuffer buffer = little(VolumeArgs.SIZE);
        VolumeArgs.byId(new SubvolumeId(0x102)).accept(buffer);
        assertThat(hex(buffer, 0, 64))
                .isEqualTo("00".repeat(16) + "1000000000000000" + "00".repeat(32) + "0201000000000000");
    }

    @Test
    void theLongestNameLeavesTheRestZero() {
        ByteBuffer buffer = little(VolumeArgs.SIZE);
        VolumeArgs.named(EntryName.of("x".repeat(255)).bytes()).accept(buffer);
        assertThat(hex(buffer, 8, 256)).isEqualTo("78".repeat(255) + "00");
    }

    @Test
    void aSearchIsPackedByteByByte() {
        ByteBuffer buffer = little(TreeSearch.BUFFER + 0x100);
        new TreeSearch(1, new SearchKey(5, 6, 7), new SearchKey(-256, 144, -1), 9)
                .pack(buffer, new SearchKey(0x100, 132, 3));
        assertThat(hex(buffer, 0, TreeSearch.BUFFER))
                .isEqualTo("0100000000000000" + "0001000000000000" + "00ffffffffffffff" + "0300000000000000"
                        + "ffffffffffffffff" + "0900000000000000" + "ffffffffffffffff" + "84000000" + "90000000"
                        + "ffffffff" + "00000000" + "00".repeat(32) + "0001000000000000");
    }

    @Test
    void itemsFollowEachOtherUnaligned() {
        ByteBuffer buffer = little(TreeSearch.BUFFER + 200);
        int end = item(buffer, TreeSearch.BUFFER, new SearchKey(256, 132, 1), "abc");
        item(buffer, end, new SearchKey(257, 144, -1), "");
        List<String> seen = new ArrayList<>();
        SearchKey last = TreeSearch.Items.hand(
                buffer,
                2,
                item -> seen.add(
                        item.key() + "=" + hex(item.data(), 0, item.data().limit())));
        assertThat(seen).containsExactly(new SearchKey(256, 132, 1) + "=616263", new SearchKey(257, 144, -1) + "=");
        assertThat(last).isEqualTo(new SearchKey(257, 144, -1));
    }

    private static int item(ByteBuffer to, int at, SearchKey key, String data) {
        to.putLong(at + TreeSearch.HEADER_OBJECTID, key.objectid());
        to.putLong(at + TreeSearch.HEADER_OFFSET, key.offset());
        to.putInt(at + TreeSearch.HEADER_TYPE, key.type());
        to.putInt(at + TreeSearch.HEADER_LENGTH, data.length());
        Wire.put(to, at + TreeSearch.HEADER_SIZE, data.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return at + TreeSearch.HEADER_SIZE + data.length();
    }

    @Test
    void aSubvolumeIsUnpacked() {
        ByteBuffer buffer = little(SubvolumeInfoArgs.SIZE);
        buffer.putLong(SubvolumeInfoArgs.ID, 300);
        Wire.put(buffer, SubvolumeInfoArgs.NAME, EntryName.of("n").bytes());
        buffer.putLong(SubvolumeInfoArgs.PARENT_ID, 5);
        buffer.putLong(SubvolumeInfoArgs.FLAGS, 1);
        uuid(buffer, SubvolumeInfoArgs.UUID);
        buffer.putLong(SubvolumeInfoArgs.OTIME, 12).putInt(SubvolumeInfoArgs.OTIME + 8, 34);
        SubvolumeInfo info = SubvolumeInfoArgs.unpack(buffer);
        assertThat(info.id()).isEqualTo(new SubvolumeId(300));
        assertThat(info.name()).contains(EntryName.of("n"));
        assertThat(info.parent()).contains(SubvolumeId.TOP_LEVEL);
        assertThat(info.uuid()).contains(SOME_UUID);
        assertThat(info.parentUuid()).isEmpty();
        assertThat(info.isSnapshot()).isFalse();
        assertThat(info.created()).isEqualTo(Instant.ofEpochSecond(12, 34));
        assertThat(info.readOnly()).isTrue();
    }

    @Test
    void anOldRootItemHasNoUuidAndNoTimes() {
        ByteBuffer buffer = little(RootItem.OLD_SIZE);
        buffer.putLong(RootItem.GENERATION, 44).putInt(RootItem.REFS, 1);
        RootItem item = new RootItem(buffer);
        SubvolumeInfo info = item.info(new SubvolumeId(256), Optional.empty());
        assertThat(item.isLive()).isTrue();
        assertThat(info.generation()).isEqualTo(44);
        assertThat(info.uuid()).isEmpty();
        assertThat(info.created()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void theNewPartOfARootItemCountsOnlyIfItsGenerationAgrees() {
        ByteBuffer buffer = little(RootItem.SIZE);
        buffer.putLong(RootItem.GENERATION, 44).putLong(RootItem.GENERATION_V2, 43);
        uuid(buffer, RootItem.UUID);
        assertThat(info(buffer).uuid()).isEmpty();
        buffer.putLong(RootItem.GENERATION_V2, 44);
        assertThat(info(buffer).uuid()).contains(SOME_UUID);
        assertThat(new RootItem(buffer).isLive()).isFalse();
    }

    private static SubvolumeInfo info(ByteBuffer buffer) {
        return new RootItem(buffer).info(new SubvolumeId(256), Optional.empty());
    }

    @Test
    void aRootRefIsUnpacked() {
        ByteBuffer buffer = little(RootRef.SIZE + 3);
        buffer.putLong(RootRef.DIRECTORY, 257).putShort(RootRef.NAME_LENGTH, (short) 3);
        Wire.put(buffer, RootRef.SIZE, EntryName.of("abc").bytes());
        assertThat(RootRef.unpack(SubvolumeId.TOP_LEVEL, buffer))
                .isEqualTo(new RootRef(SubvolumeId.TOP_LEVEL, 257, EntryName.of("abc")));
    }

    @Test
    void onlyYoungExtentsCountAndEachOnce() {
        WrittenData.Sum sum = new WrittenData.Sum(10);
        sum.add(extent(10, 1, 4096, 100));
        sum.add(extent(11, 1, 8192, 200));
        sum.add(extent(11, 1, 8192, 200));
        sum.add(extent(12, 2, 12288, 400));
        sum.add(extent(12, 1, 0, 0));
        assertThat(sum.extentBytes()).isEqualTo(600);
        ByteBuffer inline = little(21 + 17);
        inline.putLong(0, 11);
        sum.add(inline);
        assertThat(sum.inlineBytes()).isEqualTo(17);
    }

    private static ByteBuffer extent(long generation, int type, long address, long length) {
        ByteBuffer item = little(53);
        item.putLong(0, generation).put(20, (byte) type).putLong(21, address).putLong(29, length);
        return item;
    }

    @Test
    void allocationsAreUnpacked() {
        ByteBuffer buffer = little(Space.SpaceArgs.SIZE + 2 * Space.Allocation.SIZE);
        buffer.putLong(16, 4 | 1 << 5).putLong(24, 100).putLong(32, 50);
        buffer.putLong(40, 4 | 1L << 49).putLong(48, 10).putLong(56, 1);
        assertThat(Space.SpaceArgs.unpack(buffer, 2))
                .containsExactly(
                        new Space.Allocation(Space.Purpose.METADATA, Space.Profile.DUP, 100, 50),
                        new Space.Allocation(Space.Purpose.GLOBAL_RESERVE, Space.Profile.SINGLE, 10, 1));
    }

    @Test
    void theDefaultEntryIsNotMistakenForAPrefix() {
        assertThat(DefaultSubvolume.isNamedDefault(directoryItem("default"))).isTrue();
        assertThat(DefaultSubvolume.isNamedDefault(directoryItem("def"))).isFalse();
        assertThat(DefaultSubvolume.isNamedDefault(directoryItem("default2"))).isFalse();
    }

    private static ByteBuffer directoryItem(String name) {
        ByteBuffer item = little(DefaultSubvolume.SIZE + name.length());
        item.putShort(DefaultSubvolume.NAME_LENGTH, (short) name.length());
        Wire.put(item, DefaultSubvolume.SIZE, EntryName.of(name).bytes());
        return item;
    }

    @Test
    void childReferencesAreUnpacked() {
        ByteBuffer buffer = little(ChildReferences.SIZE);
        buffer.putLong(8, 256).putLong(16, 300).putLong(8 + 254 * 16, 999).putLong(16 + 254 * 16, 301);
        for (int i = 1; i < 254; i++) {
            buffer.putLong(8 + i * 16, 256 + i);
        }
        buffer.put(4088, (byte) 255);
        List<ChildReferences.Reference> found = new ArrayList<>();
        ChildReferences.unpack(buffer, found);
        assertThat(found)
                .hasSize(255)
                .startsWith(new ChildReferences.Reference(new SubvolumeId(256), 300))
                .endsWith(new ChildReferences.Reference(new SubvolumeId(999), 301));
    }

    @Test
    void aLookedUpChildIsItsPathAndItsName() {
        ByteBuffer buffer = little(ChildReferences.LOOKUP_SIZE);
        Wire.put(buffer, 16, EntryName.of("name").bytes());
        Wire.put(buffer, 272, "a/b/".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(ChildReferences.unpackNames(buffer))
                .containsExactly(EntryName.of("a"), EntryName.of("b"), EntryName.of("name"));
    }

    @Test
    void quotaGroupsArePutTogetherFromTheirItems() {
        QuotaTree tree = new QuotaTree();
        ByteBuffer info = little(40);
        info.putLong(8, 1000).putLong(24, 400);
        ByteBuffer limit = little(40);
        limit.putLong(0, 3).putLong(8, 5000).putLong(16, -1);
        long parent = 255L << 48 | 256;
        tree.collect(new TreeSearch.Item(new SearchKey(0, 240, 0), little(40)));
        tree.collect(new TreeSearch.Item(new SearchKey(0, 242, 256), info));
        tree.collect(new TreeSearch.Item(new SearchKey(0, 244, 256), limit));
        tree.collect(new TreeSearch.Item(new SearchKey(0, 242, parent), info));
        tree.collect(new TreeSearch.Item(new SearchKey(256, 246, parent), little(0)));
        tree.collect(new TreeSearch.Item(new SearchKey(parent, 246, 256), little(0)));
        assertThat(tree.groups())
                .containsExactly(
                        new QuotaGroup(
                                new QuotaGroupId(0, 256),
                                1000,
                                400,
                                OptionalLong.of(5000),
                                OptionalLong.empty(),
                                List.of(new QuotaGroupId(255, 256)),
                                List.of()),
                        new QuotaGroup(
                                new QuotaGroupId(255, 256),
                                1000,
                                400,
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                List.of(),
                                List.of(new QuotaGroupId(0, 256))));
    }

    @Test
    void aDeviceAndItsErrorsAreUnpacked() {
        ByteBuffer device = little(Device.SIZE);
        device.putLong(0, 3).putLong(24, 10).putLong(32, 20);
        uuid(device, 8);
        Wire.put(device, 3072, "/dev/x".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(Device.unpack(device)).isEqualTo(new Device(3, SOME_UUID, "/dev/x", 20, 10));
        ByteBuffer errors = little(Device.Errors.SIZE);
        for (int i = 0; i < 5; i++) {
            errors.putLong(24 + 8 * i, i + 1);
        }
        assertThat(Device.Errors.unpack(errors)).isEqualTo(new Device.Errors(1, 2, 3, 4, 5));
        assertThat(Device.Errors.unpack(errors).none()).isFalse();
    }

    @Test
    void lookedUpPathsAreSplit() {
        assertThat(SubvolumePath.split(new byte[0])).isEmpty();
        assertThat(SubvolumePath.split("a/bc/".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .containsExactly(EntryName.of("a"), EntryName.of("bc"));
    }

    private static void uuid(ByteBuffer to, int at) {
        Wire.put(to, at, HexFormat.of().parseHex("0123456789abcdef0123456789abcdef"));
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String hex(ByteBuffer buffer, int offset, int length) {
        return HexFormat.of().formatHex(Wire.bytes(buffer, offset, length));
    }
}

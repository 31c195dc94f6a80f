package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a reply ends: acknowledgements, errors with and without words, and lists that were refused or interrupted. */
class ReplyTest {
    private static final int SEQUENCE = 9;
    private static final int MULTI = 2;

    private static ByteBuffer datagram(byte[]... messages) {
        ByteBuffer all = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
        for (byte[] message : messages) {
            all.put(message);
        }
        return all.flip();
    }

    private static byte[] error(int flags, int status, int echoed, int attributesLength) {
        ByteBuffer body = ByteBuffer.allocate(4 + echoed).order(ByteOrder.nativeOrder());
        body.putInt(status).putInt(echoed);
        byte[] bytes = new byte[4 + echoed];
        body.rewind().get(bytes);
        MessageEncoder out = new MessageEncoder(Nl.ERROR, flags).raw(bytes);
        return (attributesLength == 0 ? out : out.string(Nl.ERR_MSG, "no way").u32(Nl.ERR_OFFSET, 40))
                .toBytes(SEQUENCE);
    }

    private static byte[] done(int flags, int status) {
        ByteBuffer body = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(status);
        byte[] bytes = new byte[4];
        body.rewind().get(bytes);
        MessageEncoder out = new MessageEncoder(Nl.DONE, flags).raw(bytes);
        return (status == 0 ? out : out.string(Nl.ERR_MSG, "bad dump")).toBytes(SEQUENCE);
    }

    private static byte[] data(int flags, int sequence) {
        return MessageEncoder.link(Rtm.NEWLINK, flags, 5, 0, 0)
                .string(Ifla.IFNAME, "mv0")
                .toBytes(sequence);
    }

    private static Conversation<Link> conversation(int requestFlags) {
        return new Conversation<>(SEQUENCE, requestFlags, LinkDecoder::decode);
    }

    @Test
    void anAcknowledgementEndsAChange() throws KernelRefusal {
        Conversation<Link> change = conversation(Nl.REQUEST | Nl.ACK);
        change.accept(datagram(error(Nl.CAPPED, 0, Nl.HEADER, 0)));
        assertThat(change.isOver()).isTrue();
        assertThat(change.reply().entries()).isEmpty();
    }

    @Test
    void wordsAreFoundBehindACappedAndAWholeEcho() {
        for (int[] form : new int[][] {{Nl.CAPPED | Nl.ACK_TLVS, Nl.HEADER}, {Nl.ACK_TLVS, 52}}) {
            Conversation<Link> change = conversation(Nl.REQUEST | Nl.ACK);
            change.accept(datagram(error(form[0], -22, form[1], 1)));
            KernelRefusal refusal = catchThrowableOfType(KernelRefusal.class, change::reply);
            NetlinkException e = refusal.toException("create bridge", "br0");
            assertThat(e).isInstanceOf(NetlinkException.InvalidArgument.class);
            assertThat(e.kernelText()).contains("no way");
            assertThat(e.offset()).hasValue(40);
            assertThat(e.errno()).hasValue(22);
            assertThat(e.getMessage()).contains("cannot create bridge br0", "EINVAL", "no way", "byte 40");
        }
    }

    @Test
    void aRefusedListIsNoEmptyList() {
        Conversation<Link> dump = conversation(Nl.REQUEST | Nl.DUMP);
        dump.accept(datagram(done(MULTI | Nl.ACK_TLVS, -22)));
        KernelRefusal refusal = catchThrowableOfType(KernelRefusal.class, dump::reply);
        assertThat(refusal.text()).isEqualTo("bad dump");
    }

    @Test
    void aListEndsWithDoneAndTellsThatItWasInterrupted() throws KernelRefusal {
        Conversation<Link> dump = conversation(Nl.REQUEST | Nl.DUMP);
        dump.accept(datagram(data(MULTI, SEQUENCE), data(MULTI | Nl.DUMP_INTR, SEQUENCE)));
        assertThat(dump.isOver()).isFalse();
        dump.accept(datagram(done(MULTI, 0)));
        assertThat(dump.isOver()).isTrue();
        assertThat(dump.reply().entries()).hasSize(2);
        assertThat(dump.reply().consistent()).isFalse();
    }

    @Test
    void repliesToOtherRequestsAreNotOurs() throws KernelRefusal {
        Conversation<Link> get = conversation(Nl.REQUEST);
        get.accept(datagram(data(0, SEQUENCE - 1), data(0, 0)));
        assertThat(get.isOver()).isFalse();
        get.accept(datagram(data(0, SEQUENCE), error(Nl.CAPPED, -1, Nl.HEADER, 0)));
        assertThat(get.reply().entries()).extracting(Link::name).containsExactly("mv0");
    }

    @Test
    void damagedEndsAreSaidToBeDamaged() {
        assertThatThrownBy(() -> conversation(Nl.ACK).accept(datagram(error(0, -22, 8, 0))))
                .isInstanceOf(NetlinkException.MalformedReply.class);
        byte[] overrun = new MessageEncoder(Nl.OVERRUN, 0).toBytes(SEQUENCE);
        assertThatThrownBy(() -> conversation(Nl.DUMP).accept(datagram(overrun)))
                .isInstanceOf(NetlinkException.MalformedReply.class);
    }

    @Test
    void anInconsistentListingIsRefusedOrHandedOver() {
        Listing<String> listing = new Listing<>(List.of("a"), false);
        assertThat(listing.entries()).containsExactly("a");
        assertThatThrownBy(() -> listing.orThrow("links")).isInstanceOf(NetlinkException.Inconsistent.class);
        assertThat(new Listing<>(List.of("a"), true).orThrow("links")).containsExactly("a");
    }

    @Test
    void messagesOfTheBridgeFamilyAreNoLinks() {
        byte[] bytes = MessageEncoder.link(Rtm.DELLINK, 0, 5, 0, 0).toBytes(SEQUENCE);
        bytes[Nl.HEADER] = 7;
        Message.forEach(
                datagram(bytes),
                message -> assertThat(RouteEvents.event(message)).isEqualTo(Optional.empty()));
    }
}

package io.nspawn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SizeTest {
    @Test
    void sizesAreReadAsSystemdReadsThem() {
        assertThat(Size.parse("4096").bytes()).isEqualTo(4096);
        assertThat(Size.parse("512M").bytes()).isEqualTo(512L << 20);
        assertThat(Size.parse("1.5T").bytes()).isEqualTo(3L << 39);
        assertThat(Size.parse(" 1 K ").bytes()).isEqualTo(1024);
        assertThat(Size.parse("7E").bytes()).isEqualTo(7L << 60);
        assertThat(Size.parse("0.0001K").bytes()).isZero();
    }

    @Test
    void whatSystemdDoesNotReadIsRefused() {
        for (String bad : new String[] {"", "K", "1KB", "1KiB", "1k", "-1", "1e3", "1..5", "8E", "1,5G", "٣", "1 2"}) {
            assertThatThrownBy(() -> Size.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Size.ofBytes(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sizesAreShownShort() {
        assertThat(Size.ofBytes(0)).hasToString("0B");
        assertThat(Size.ofBytes(1023)).hasToString("1023B");
        assertThat(Size.ofBytes(36_909_875)).hasToString("35.2M");
        assertThat(Size.ofBytes(Long.MAX_VALUE)).hasToString("8.0E");
    }

    @Property
    void theExactTextReadsBackAsTheSameSize(@ForAll @LongRange(min = 0) long bytes) {
        Size size = Size.ofBytes(bytes);
        assertThat(Size.parse(size.exact())).isEqualTo(size);
    }

    @Property
    void sizesCompareAsNumbers(@ForAll @LongRange(min = 0) long a, @ForAll @LongRange(min = 0) long b) {
        assertThat(Size.ofBytes(a).compareTo(Size.ofBytes(b))).isEqualTo(Long.compare(a, b));
    }
}

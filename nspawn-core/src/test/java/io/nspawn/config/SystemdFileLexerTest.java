package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.SystemdLine.Assignment;
import io.nspawn.config.SystemdLine.Cause;
import io.nspawn.config.SystemdLine.Fatal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemdFileLexerTest {
    private static List<SystemdLine> lex(String text) {
        return SystemdFileLexer.lex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Integer> numbers(String text) {
        return lex(text).stream().map(SystemdLine::number).toList();
    }

    @Test
    void linesAreCountedAsSystemdCountsThem() {
        assertThat(numbers("A=1\nB=2\r\nC=3\n\rD=4\rE=5\0F=6\n\0G=7\n\nH=8")).containsExactly(1, 2, 3, 4, 5, 6, 7, 9);
        assertThat(numbers("# c\nA=1 \\\n# c\n 2\nB=3\n")).containsExactly(4, 5);
    }

    @Test
    void aContinuationThatRunsIntoTheEndIsNamedOneLineLater() {
        assertThat(numbers("A=1\\\n")).containsExactly(2);
        assertThat(lex("A=1\\").get(0).place().last()).isEqualTo(1);
    }

    @Test
    void placesCoverTheWholeLine() {
        SystemdLine line = lex("A=1\nB=2\\\n# c\nx\r\nC=3").get(1);

        assertThat(line.place().first()).isEqualTo(2);
        assertThat(line.place().last()).isEqualTo(4);
        assertThat(line.place().from()).isEqualTo(4);
        assertThat(line.place().to()).isEqualTo(16);
        assertThat(((Assignment) line).value()).isEqualTo("2 x");
    }

    @Test
    void onlyOneMarkIsPassedOver() {
        assertThat(((Assignment) lex("\ufeffA=1\n\ufeffB=2").get(0)).key()).isEqualTo("A");
        assertThat(((Assignment) lex("\ufeffA=1\n\ufeffB=2").get(1)).key()).isEqualTo("\ufeffB");
    }

    @Test
    void aLineOfOneMebibyteIsTheEnd() {
        String longest = "A=" + "x".repeat(SystemdFileLexer.MAX_LINE - 3);
        assertThat(lex(longest).get(0)).isInstanceOf(Assignment.class);

        List<SystemdLine> lines = lex("B=1\n" + longest + "x\nC=1\n");
        assertThat(lines).hasSize(2);
        assertThat(((Fatal) lines.get(1)).cause()).isEqualTo(Cause.TOO_LONG);
        assertThat(lines.get(1).number()).isEqualTo(2);
    }

    @Test
    void aJoinedLineAboveOneMebibyteIsTheEnd() {
        String half = "x".repeat(SystemdFileLexer.MAX_LINE / 2);

        assertThat(lex("A=" + half + "\\\n" + half.substring(4) + "\n").get(0)).isInstanceOf(Assignment.class);
        assertThat(lex("A=" + half + "\\\n" + half + "\n").get(0)).isInstanceOf(Fatal.class);
    }

    @Test
    void textThatIsNotUtf8IsTheEndUnlessItIsAComment() {
        byte[] file = "# \u00ff\nA=\u00ff\nB=1".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(SystemdFileLexer.lex(file)).hasSize(1).first().isInstanceOfSatisfying(Fatal.class, fatal -> {
            assertThat(fatal.cause()).isEqualTo(Cause.NOT_UTF8);
            assertThat(fatal.number()).isEqualTo(2);
        });
        assertThat(lex("A=\ufdd0").get(0)).isInstanceOf(Fatal.class);
        assertThat(lex("A=\uffff").get(0)).isInstanceOf(Fatal.class);
        assertThat(lex("A=\ud83d\ude00").get(0)).isInstanceOf(Assignment.class);
    }
}

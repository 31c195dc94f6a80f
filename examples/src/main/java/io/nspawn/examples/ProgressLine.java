package io.nspawn.examples.allinone;

import io.nspawn.model.Progress;
import java.io.PrintStream;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a deploy or removal has come: on a terminal a bar for each phase, elsewhere a line. */
final class ProgressLine implements Consumer<Progress>, AutoCloseable {
    private static final int BAR_MILLIS = 100;

    private final PrintStream out;
    private final boolean terminal;
    private @Nullable ProgressBar bar;
    private String phase = "";

    ProgressLine(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void accept(Progress progress) {
        if (terminal) {
            draw(progress);
        } else if (progress.done() == progress.total()) {
            out.println("  " + progress.phase() + " " + progress.done() + "/" + progress.total());
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private void draw(Progress progress) {
        if (!progress.phase().equals(phase)) {
            close();
            phase = progress.phase();
            bar = new ProgressBarBuilder()
                    .setTaskName(phase)
                    .setInitialMax(progress.total())
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(BAR_MILLIS)
                    .setMaxRenderedLength(100)
                    .build();
        }
        if (bar != null) {
            bar.stepTo(progress.done());
            bar.setExtraMessage(progress.subject());
        }
    }
}

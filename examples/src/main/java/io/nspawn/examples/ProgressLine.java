package io.nspawn.examples;

import io.nspawn.model.Operation;
import io.nspawn.model.Progress;
import java.io.PrintStream;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far long work has come: on a terminal a bar for each phase, elsewhere a line at its end. */
public final class ProgressLine implements Consumer<Progress>, AutoCloseable {
    /** Set to true where somebody watches, so that bars may move. */
    static final String TERMINAL = "examples.terminal";

    private static final int BAR_MILLIS = 100;
    private static final int PERCENT = 100;

    private final PrintStream out;
    private final boolean terminal;
    private @Nullable ProgressBar bar;
    private String phase = "";

    public ProgressLine(PrintStream out, boolean terminal) {
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

    /** On standard output, with bars where {@code ./example} has found a terminal. */
    public static ProgressLine onTerminal() {
        return new ProgressLine(System.out, Boolean.getBoolean(TERMINAL));
    }

    /** What to await an operation with: of a download, an import, an export. */
    public Consumer<Operation.State> operation(String name) {
        return state -> accept(new Progress(
                name, state.message(), (int) Math.round(state.fraction().orElse(0) * PERCENT), PERCENT));
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

package io.nspawn.model;

import java.util.Objects;

/**
 * One thing that is wrong, and what would be right.
 *
 * @param subject the container, image or host setting it is about
 * @param problem what is wrong, with the figure or text found
 * @param remedy what to do about it
 */
public record Finding(String subject, String problem, String remedy) {
    public Finding {
        Objects.requireNonNull(subject);
        Objects.requireNonNull(problem);
        Objects.requireNonNull(remedy);
    }

    @Override
    public String toString() {
        return subject + ": " + problem + " (" + remedy + ")";
    }
}

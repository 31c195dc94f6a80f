package io.nspawn.model;

/**
 * How far long work has come.
 *
 * @param phase what is being done: {@code clone}, {@code configure}, {@code start}, …
 * @param subject the container or object that was just finished
 * @param done how many of {@code total} are finished in this phase
 * @param total how many there are
 */
public record Progress(String phase, String subject, int done, int total) {}

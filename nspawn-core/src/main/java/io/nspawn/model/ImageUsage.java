package io.nspawn.model;

import java.util.OptionalLong;

/**
 * What an image takes and may take, in bytes. Known where the file system counts them, which for a subvolume takes quotas.
 *
 * @param referenced what it refers to, shared or not
 * @param exclusive what it shares with nobody
 * @param limit what it may refer to; empty if it is not limited
 */
public record ImageUsage(OptionalLong referenced, OptionalLong exclusive, OptionalLong limit) {}

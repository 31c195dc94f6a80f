package io.nspawn.btrfs;

import java.util.List;
import java.util.OptionalLong;

/**
 * A quota group, as of the last commit ({@code btrfs qgroup show}).
 *
 * @param id its number
 * @param referenced the bytes that its subvolumes refer to; with simple quotas, the bytes they wrote
 * @param exclusive the bytes that nothing outside it refers to; with simple quotas the same as referenced
 * @param maximumReferenced the limit of referenced bytes
 * @param maximumExclusive the limit of exclusive bytes
 * @param parents the groups it is counted in as well
 * @param children the groups that are counted in it
 */
public record QuotaGroup(
        QuotaGroupId id,
        long referenced,
        long exclusive,
        OptionalLong maximumReferenced,
        OptionalLong maximumExclusive,
        List<QuotaGroupId> parents,
        List<QuotaGroupId> children) {
    /** Copies the lists. */
    public QuotaGroup {
        parents = List.copyOf(parents);
        children = List.copyOf(children);
    }
}

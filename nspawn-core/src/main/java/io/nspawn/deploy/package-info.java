/**
 * Making a host match its specs: {@link io.nspawn.deploy.Planner} reads and decides, {@link io.nspawn.deploy.Plan} is
 * data, {@link io.nspawn.deploy.Deployer} acts.
 */
@NullMarked
package io.nspawn.deploy;

import org.jspecify.annotations.NullMarked;

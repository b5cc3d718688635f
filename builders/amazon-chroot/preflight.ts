// What is checked before anything is made, and which instance this is.

import { existsSync } from "node:fs";
import { RunError } from "../../runtime/contract/errors.js";
import { metadataOf } from "../amazon/connect.js";
import type { Instance } from "../amazon/ec2/ec2.js";
import { instanceIdentity } from "../amazon/ec2/metadata.js";
import type { ChrootBuild } from "./chroot-build.js";
import { copyRegions, finalRegions, inRegion, namesakes } from "./made-image.js";
import { checkReplaceable, isForced } from "./make-room.js";

/** The regions exist and the AMI's name is free in each; where older AMIs make room, that they can. */
export async function prevalidate(build: ChrootBuild): Promise<void> {
  const { options, run } = build;
  if (options.skip_region_validation !== true) await checkRegions(build);
  if (finalRegions(build).length === 0)
    throw new RunError("skip_save_build_region leaves no region for the AMI: give others in ami_regions");
  if (isForced(build)) {
    run.emit({ type: "say", text: "Force Deregister flag found, skipping prevalidating AMI Name" });
    await checkReplaceable(build);
    return;
  }
  run.emit({ type: "say", text: `Prevalidating AMI Name: ${options.ami_name ?? ""}` });
  await Promise.all(finalRegions(build).map((region) => checkName(inRegion(build, region))));
}

async function checkRegions(build: ChrootBuild): Promise<void> {
  const regions = await build.ec2.regions(build.run.signal);
  const invalid = [build.ec2.region, ...copyRegions(build)].filter((region) => !regions.includes(region));
  if (invalid.length > 0)
    throw new RunError(`Invalid region: ${invalid.join(", ")}. Available regions: ${[...regions].sort().join(", ")}`);
}

async function checkName(there: ChrootBuild): Promise<void> {
  const [taken] = await namesakes(there);
  if (taken !== undefined)
    throw new RunError(
      `Error: AMI Name: '${taken.name}' is used by an existing AMI: ${taken.id} (${there.ec2.region})`,
    );
}

/** The instance that this program runs on. */
export async function thisInstance({ ec2, run, context, options }: ChrootBuild): Promise<Instance> {
  run.emit({ type: "say", text: "Gathering information about this EC2 instance..." });
  const identity = await instanceIdentity(metadataOf(context), run.signal);
  if (context.localEndpoint === undefined && identity.region !== "" && identity.region !== ec2.region) {
    throw new RunError(
      `This instance is in ${identity.region}, but the build is for ${ec2.region}: the volume could not be attached`,
    );
  }
  const instance = await ec2.instance(identity.instanceId, run.signal);
  if (instance === undefined)
    throw new RunError(`EC2 does not know this instance, ${identity.instanceId}, in ${ec2.region}`);
  checkVirtualization(options.ami_virtualization_type, options);
  return instance;
}

/** Enhanced networking needs a hardware virtual machine. */
export function checkVirtualization(
  virtualization: string | undefined,
  { ena_support, sriov_support }: ChrootBuild["options"],
): void {
  if (virtualization === undefined || virtualization === "" || virtualization === "hvm") return;
  if (ena_support !== true && sriov_support !== true) return;
  throw new RunError(
    `Cannot enable enhanced networking on a virtualization type of '${virtualization}': it must be hvm`,
  );
}

/** The device that a template names must be free. */
export function checkDeviceFree(device: string): void {
  if (existsSync(device)) throw new RunError(`Device is in use: ${device}`);
}

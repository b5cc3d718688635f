// What is checked before anything is made, and which instance this is.

import { existsSync } from "node:fs";
import { RunError } from "../../runtime/contract/errors.js";
import type { ChrootBuild } from "./chroot-build.js";
import { metadataOf } from "./connect.js";
import type { Instance } from "./ec2/ec2.js";
import { instanceIdentity } from "./ec2/metadata.js";

/** The region exists and the AMI's name is free. */
export async function prevalidate({ options, ec2, run, context }: ChrootBuild): Promise<void> {
  if (options.skip_region_validation !== true) {
    const regions = await ec2.regions(run.signal);
    if (!regions.includes(ec2.region))
      throw new RunError(`Invalid region: ${ec2.region}. Available regions: ${[...regions].sort().join(", ")}`);
  }
  const { ami_name: name = "" } = options;
  if (options.force_deregister === true || context.force) {
    run.emit({ type: "say", text: "Force Deregister flag found, skipping prevalidating AMI Name" });
    return;
  }
  run.emit({ type: "say", text: `Prevalidating AMI Name: ${name}` });
  const [taken] = await ec2.images({ owners: ["self"], filters: { name: [name] } }, run.signal);
  if (taken !== undefined) throw new RunError(`Error: AMI Name: '${name}' is used by an existing AMI: ${taken.id}`);
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

// What can't be shared: encrypted disks with everybody, disks under a key that only its own account can use with anybody.

import type { Call } from "./action.js";
import { Ec2Error } from "./ec2-error.js";
import { isAwsKey } from "./encryption.js";
import type { Image, Snapshot } from "./model.js";
import { makesPublic, sharesWithAccounts } from "./permissions.js";
import { refuseBlocked } from "./public-access.js";

/** Refuses a change of launch permissions after which others could not, or must not, use the image. */
export function checkImageSharing(call: Call, image: Image): void {
  const snapshots = image.devices.flatMap(({ ebs }) => call.state.snapshots[ebs?.snapshot ?? ""] ?? []);
  if (makesPublic(call.query, "LaunchPermission")) {
    if (snapshots.some(({ encrypted }) => encrypted))
      throw new Ec2Error(
        "UnsupportedOperation",
        "Encrypted snapshots can't be shared publicly. Specify another snapshot.",
      );
    refuseBlocked(call, "images", "DisableImageBlockPublicAccess");
  }
  if (sharesWithAccounts(call.query, "LaunchPermission") && snapshots.some(isAwsKey))
    throw new Ec2Error(
      "InvalidParameter",
      "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
    );
}

/** Refuses a change of permissions after which others could not, or must not, use the snapshot. */
export function checkSnapshotSharing(call: Call, snapshot: Snapshot): void {
  if (makesPublic(call.query, "CreateVolumePermission")) {
    if (snapshot.encrypted) throw new Ec2Error("InvalidParameter", "Encrypted snapshots cannot be made public.");
    refuseBlocked(call, "snapshots", "DisableSnapshotBlockPublicAccess");
  }
  if (sharesWithAccounts(call.query, "CreateVolumePermission") && isAwsKey(snapshot))
    throw new Ec2Error("OperationNotPermitted", "Encrypted snapshots with EBS default key cannot be shared");
}

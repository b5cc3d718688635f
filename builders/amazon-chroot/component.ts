// The component as the registry knows it. Checking options loads neither the AWS SDK nor anything that touches the host.

import { STRING } from "../../lang/types/type.js";
import type { UndoTable } from "../../runtime/contract/cleanup.js";
import { defineBuilder } from "../../runtime/contract/component.js";
import { amazonChrootOptions } from "../../schemas/components/amazon-chroot.gen.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { checkOptions } from "./check.js";
import type { UndoName } from "./undo.js";

/** Builds an AMI on a running instance: attach, mount, provision in a chroot, snapshot, register. */
export const component = defineBuilder<AmazonChroot>({
  type: "amazon-chroot",
  summary: "Builds an AMI on a running EC2 instance, in a chroot",
  schema: amazonChrootOptions,
  exports: new Map(
    [
      "SourceAMIName",
      "BuildRegion",
      "SourceAMI",
      "SourceAMICreationDate",
      "SourceAMIOwner",
      "SourceAMIOwnerName",
      "Device",
      "MountPath",
    ].map((name) => [name, STRING]),
  ),
  undo: lazyUndo(),
  check: checkOptions,
  communicator: () => "chroot",
  build: async (...given) => (await import("./builder.js")).build(...given),
  plan: async (...given) => (await import("./plan.js")).plan(...given),
});

/** Every undo, loaded when it is first needed; the compiler holds the names against the table. */
function lazyUndo(): UndoTable {
  const names: { readonly [N in UndoName]: true } = {
    unmount: true,
    endNamespace: true,
    removeFolder: true,
    restoreFile: true,
    freeDevice: true,
    freeFolder: true,
    unclaimDevice: true,
    detachVolume: true,
    deleteVolume: true,
    deleteSnapshot: true,
    deregisterImage: true,
    destroyCopy: true,
    destroyImages: true,
  };
  const undo =
    (name: UndoName): UndoTable[string] =>
    async (args, run) =>
      (await import("./undo.js")).UNDO[name](args, run);
  return Object.fromEntries((Object.keys(names) as UndoName[]).map((name) => [name, undo(name)]));
}

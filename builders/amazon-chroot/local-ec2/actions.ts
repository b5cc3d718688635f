import { accountActions } from "./account.js";
import type { Action } from "./action.js";
import { idempotent } from "./client-tokens.js";
import { describeImageActions } from "./describe-images.js";
import { describeVolumeActions } from "./describe-volumes.js";
import { encryptionActions } from "./encryption.js";
import { imageAttributeActions } from "./image-attributes.js";
import { imageActions } from "./images.js";
import { instanceActions } from "./instances.js";
import { modifyVolumeActions } from "./modify-volume.js";
import { publicAccessActions } from "./public-access.js";
import { snapshotAttributeActions } from "./snapshot-attributes.js";
import { snapshotActions } from "./snapshots.js";
import { tagActions } from "./tags.js";
import { volumeActions } from "./volumes.js";

/** Every EC2 action that is answered; all others are InvalidAction. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    ...accountActions,
    ...instanceActions,
    ...tagActions,
    ...volumeActions,
    ...describeVolumeActions,
    ...modifyVolumeActions,
    ...snapshotActions,
    ...snapshotAttributeActions,
    ...imageActions,
    ...describeImageActions,
    ...imageAttributeActions,
    ...encryptionActions,
    ...publicAccessActions,
  }).map(([name, act]) => [name, idempotent(name, act)]),
);

/** Whether an action changes nothing: it then needs no turn of its own. */
export const isReading = (name: string): boolean => /^(Describe|Get)/.test(name);

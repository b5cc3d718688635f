// Which build of this host means to attach its volume under which name, and mounts it at which folder: a file for each, gone with its build.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { unlessHalfWritten } from "../../../runtime/system/half-written.js";
import { isAlive, type ProcessIdentity, processIdentity } from "../../../runtime/system/process-identity.js";

/** A build of a run: how an undo knows that a claim is its own. */
export interface Claimant {
  readonly runId: string;
  readonly build: string;
}
type Claim = Claimant & ProcessIdentity;

/** The file of a name: the same for sd and xvd, which are one name to EC2. */
export const claimFile = (folder: string, device: string): string =>
  join(folder, `device-${basename(device).replace(/^(sd|xvd)(?=[a-z])/, "")}.json`);

/** The file of a folder that is mounted on; a path may be longer than a file's name. */
export const folderClaim = (folder: string, path: string): string =>
  join(folder, `folder-${createHash("sha256").update(path).digest("hex").slice(0, 32)}.json`);

/** Who has the name; undefined when nobody has, or none who lives. */
export function claimantOf(file: string): Claim | undefined {
  const claim = claimIn(file);
  return claim !== undefined && isAlive(claim) ? claim : undefined;
}

const claimIn = (file: string): Claim | undefined =>
  existsSync(file) ? (unlessHalfWritten(readFileSync(file, "utf8")) as Claim | undefined) : undefined;

/** Under the lock of device names only. */
export function claim(file: string, { runId, build }: Claimant): void {
  writeFileSync(file, JSON.stringify({ runId, build, ...processIdentity(process.pid) } satisfies Claim), {
    mode: 0o600,
  });
}

/** Nothing where it is another's. */
export function unclaim(file: string, { runId, build }: Claimant): void {
  const owner = claimIn(file);
  if (owner?.runId === runId && owner.build === build) rmSync(file, { force: true });
}

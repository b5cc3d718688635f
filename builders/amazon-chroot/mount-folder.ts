// The folder that the image is mounted on: one build's at a time. Two that checked it and then mounted there hid one another's image.

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Held } from "../../runtime/contract/cleanup.js";
import { RunError } from "../../runtime/contract/errors.js";
import { lockFolder, withLock } from "../../runtime/system/lock.js";
import type { ChrootBuild } from "./chroot-build.js";
import { claim, claimantOf, folderClaim } from "./host/claims.js";
import { fileWork } from "./host/file-work.js";
import { blaming } from "./host/host-program.js";
import { mountPoints } from "./host/mounts.js";
import { takeTurn } from "./host/turn.js";

/** By its real name, and what is held for it, in the order in which it was taken. */
export interface TakenFolder {
  readonly path: string;
  readonly held: readonly Held<unknown>[];
}

/** Waits until no other build of this run is mounted there; each folder that is made for it goes again. */
export async function takeFolder(build: ChrootBuild, device: string): Promise<TakenFolder> {
  const path = realPlace(mountPathOf(build, device));
  const held = [await turnOf(build, path), await claimFolder(build, path), ...(await makeFolder(build, path))];
  if (mountPoints().includes(path))
    throw new RunError(`Something is mounted at ${path} already: another build, or what one left (\`pkrts cleanup\`)`);
  return { path, held };
}

function mountPathOf({ options, context }: ChrootBuild, device: string): string {
  const path = context.templates.render(options.mount_path ?? "", { Device: basename(device) });
  return resolve(context.cwd, path);
}

/** Without links, also where it is not there yet. */
const realPlace = (path: string): string =>
  existsSync(path) ? realpathSync(path) : join(realPlace(dirname(path)), basename(path));

function turnOf({ run }: ChrootBuild, path: string): Promise<Held<unknown>> {
  const undo = { op: "freeFolder", args: { path, build: run.build }, endsWithMachine: true } as const;
  const onWait = (other: string): void => run.emit({ type: "detail", text: `Waiting for ${path}: ${other} uses it` });
  const take = (): Promise<void> => takeTurn(path, run.build, run.signal, onWait);
  return run.cleanup.acquire(`turn of ${path}`, undo, take, () => undo);
}

/** Among all builds of this host. */
function claimFolder({ run, context }: ChrootBuild, path: string): Promise<Held<unknown>> {
  const env = { XDG_RUNTIME_DIR: context.env("XDG_RUNTIME_DIR") };
  return withLock("device", env, () => {
    const file = folderClaim(lockFolder(env), path);
    const other = claimantOf(file);
    if (other !== undefined)
      throw new RunError(
        `${other.build} of process ${other.pid} uses ${path}: with {{.Device}} in it, mount_path is its own`,
      );
    const owner = { runId: run.runId, build: run.build };
    const undo = { op: "unclaimDevice", args: { file, ...owner }, endsWithMachine: true } as const;
    return run.cleanup.acquire(
      `claim of ${path}`,
      undo,
      () => Promise.resolve(claim(file, owner)),
      () => undo,
    );
  });
}

/** By builds of this process. What several are mounted below goes with the last of them. */
const made = new Set<string>();

async function makeFolder({ run, wrapper }: ChrootBuild, path: string): Promise<readonly Held<unknown>[]> {
  const wanted: string[] = [];
  for (let folder = path; !existsSync(folder) || made.has(folder); folder = dirname(folder)) wanted.unshift(folder);
  const held: Held<unknown>[] = [];
  for (const folder of wanted) {
    const undo = { op: "removeFolder", args: { path: folder } };
    const make = async (): Promise<void> => {
      if (existsSync(folder)) return;
      await blaming("Error creating mount directory", run.signal, () =>
        fileWork(wrapper, run.signal).makeFolder(folder),
      );
      made.add(folder);
    };
    held.push(await run.cleanup.acquire(`folder ${folder}`, undo, make, () => undo));
  }
  return held;
}

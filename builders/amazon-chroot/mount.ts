// The volume's file system on the host, and what programs in the chroot need below it.

import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Held } from "../../runtime/contract/cleanup.js";
import { errorFrom, RunError } from "../../runtime/contract/errors.js";
import { exec } from "../../runtime/system/exec.js";
import type { AttachedVolume } from "./attach.js";
import type { ChrootBuild } from "./chroot-build.js";
import { partitionOf } from "./host/device.js";
import { insidePath } from "./host/inside.js";
import { mountPoints } from "./host/mounts.js";
import { DEFAULT_MOUNTS, mountsOf } from "./options.js";

/** The mounted image: its root folder on the host, and what is held there, in the order in which it was taken. */
export interface MountedImage {
  readonly root: string;
  readonly held: readonly Held<unknown>[];
}

/** Commands of the user's own for the host: before and after the mount. `Device` is the device that was asked for, `BlockDevice` the kernel's. */
export async function hostCommands(
  build: ChrootBuild,
  commands: readonly string[] | undefined,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const { context, run } = build;
  for (const template of commands ?? []) {
    const command = context.templates.render(template, data);
    run.emit({ type: "say", text: `Executing command: ${command}` });
    const onLine = (stream: "stdout" | "stderr", line: string): void => run.emit({ type: "output", stream, line });
    const { exitCode } = await exec(["sh", "-c", command], { cwd: context.cwd, onLine, signal: run.signal });
    if (exitCode !== 0) throw new RunError(`The command failed with exit status ${exitCode}: ${command}`);
  }
}

/** Mounts the root file system. `virtualization`: only a hardware virtual machine's disk is partitioned. */
export async function mountRoot(
  build: ChrootBuild,
  volume: AttachedVolume,
  virtualization: string,
): Promise<MountedImage> {
  const { options, run } = build;
  const disk =
    options.nvme_device_path === undefined || options.nvme_device_path === "" ? undefined : options.nvme_device_path;
  run.emit({ type: "say", text: "Mounting the root device..." });
  const folders = await makeFolder(mountPathOf(build, disk ?? volume.device), run);
  const partition = virtualization === "hvm" ? (options.mount_partition ?? "1") : "0";
  const device = partitionOf(disk ?? volume.path, partition);
  await waitForNode(device, disk ?? volume.path, build);
  const flags = (options.mount_options ?? []).flatMap((option) => [
    "-o",
    ...option.split(/\s+/).filter((word) => word !== ""),
  ]);
  const mount = await mounted(build, folders.path, folders.path, ["mount", ...flags, device, folders.path]);
  return { root: folders.path, held: [...folders.held, mount] };
}

function mountPathOf({ options, context }: ChrootBuild, device: string): string {
  const path = context.templates.render(options.mount_path ?? "", { Device: basename(device) });
  return resolve(context.cwd, path);
}

interface MadeFolder {
  readonly path: string;
  readonly held: readonly Held<unknown>[];
}

/** The folder to mount on, by its real name; each folder that is made for it goes again. */
async function makeFolder(path: string, run: ChrootBuild["run"]): Promise<MadeFolder> {
  const missing: string[] = [];
  for (let folder = path; !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  const held: Held<unknown>[] = [];
  for (const folder of missing) {
    const undo = { op: "removeFolder", args: { path: folder } };
    const make = (): Promise<string | undefined> =>
      Promise.resolve(mkdirSync(folder, { recursive: true, mode: 0o755 }));
    held.push(await run.cleanup.acquire(`folder ${folder}`, undo, make, () => undo));
  }
  const real = realpathSync(path);
  if (mountPoints().includes(real))
    throw new RunError(`Something is mounted at ${real} already: another build, or what one left (\`pkrts cleanup\`)`);
  return { path: real, held };
}

/** A kernel that does not read partition tables by itself is asked to, once. */
async function waitForNode(device: string, disk: string, { run }: ChrootBuild): Promise<void> {
  for (let tries = 0; !existsSync(device); tries += 1) {
    if (tries === 10) await exec(["partx", "--update", disk]);
    if (tries === 100)
      throw new RunError(
        `${device} does not exist: the volume has no such partition (mount_partition = "0" mounts the whole device)`,
      );
    await run.clock.sleep(50, run.signal);
  }
}

function mounted({ run }: ChrootBuild, path: string, root: string, argv: readonly string[]): Promise<Held<string>> {
  const undo = { op: "unmount", args: { path, root } };
  const take = async (): Promise<string> => {
    const { exitCode, stderr } = await exec(argv, { signal: run.signal });
    if (exitCode !== 0) throw new RunError(`Error mounting ${path}: exit status ${exitCode}: ${stderr.trim()}`);
    return path;
  };
  return run.cleanup.acquire(`mount ${path}`, undo, take, () => undo);
}

/** What is mounted in the image beside its own file system. */
export interface ExtraMount {
  /** On the host. */
  readonly path: string;
  /** What mounted it. */
  readonly argv: readonly string[];
  readonly held: Held<unknown>;
}

/** chroot_mounts, in their order. */
export async function mountExtra(build: ChrootBuild, root: string): Promise<readonly ExtraMount[]> {
  const { options, run } = build;
  run.emit({ type: "say", text: "Mounting additional paths within the chroot..." });
  const made: ExtraMount[] = [];
  for (const mount of mountsOf(options)) {
    const [type = "", source = "", folder = ""] = mount;
    run.emit({ type: "detail", text: `Mounting: ${folder}` });
    const path = targetOf(root, folder, made.length > 0);
    const argv =
      type === "bind" ? ["mount", "--bind", "--make-private", source, path] : ["mount", "-t", type, source, path];
    const held = await unlessMissing(mount, run, () => mounted(build, path, root, argv));
    if (held !== undefined) made.push({ path, argv, held });
  }
  return made;
}

/** A folder of the image, made where it is missing; but nothing is made in what is mounted there already: that is the host's. */
function targetOf(root: string, folder: string, others: boolean): string {
  const path = insidePath(root, folder);
  if (existsSync(path)) return path;
  const mount = others
    ? mountPoints().find((point) => point !== root && point.startsWith(`${root}/`) && path.startsWith(`${point}/`))
    : undefined;
  if (mount !== undefined)
    throw new RunError(
      `${folder} is not in the image, and would be made in ${mount.slice(root.length)}, which is mounted from the host`,
    );
  mkdirSync(path, { recursive: true, mode: 0o755 });
  return path;
}

/** A kernel without binfmt_misc does without it, unless the template asks for it. */
async function unlessMissing(
  mount: readonly string[],
  run: ChrootBuild["run"],
  body: () => Promise<Held<unknown>>,
): Promise<Held<unknown> | undefined> {
  try {
    return await body();
  } catch (thrown) {
    const error = errorFrom(thrown);
    run.signal.throwIfAborted();
    if (!DEFAULT_MOUNTS.includes(mount) || mount[0] !== "binfmt_misc") throw error;
    run.emit({ type: "detail", text: `Not mounted: this kernel has no ${mount[0]}` });
    return undefined;
  }
}

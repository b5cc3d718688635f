import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { chmod, copyFile, lchown } from "node:fs/promises";
import { join } from "node:path";

/**
 * Copies a folder's contents: files with their permission bits, links as links. `target` says where a relative path goes.
 * With `owner`, everything that is made is that user's and group's.
 */
export async function copyTree(
  from: string,
  target: (path: string) => string,
  owner?: number,
  path = "",
): Promise<void> {
  await makeFolder(target(path), lstatSync(join(from, path)).mode, owner);
  for (const { name } of readdirSync(join(from, path), { withFileTypes: true })) {
    const inner = join(path, name);
    const source = join(from, inner);
    const stat = lstatSync(source);
    if (stat.isDirectory()) await copyTree(from, target, owner, inner);
    else if (stat.isSymbolicLink()) await copyLink(source, target(inner), owner);
    else if (stat.isFile()) await copyOne(source, target(inner), stat.mode, owner);
  }
}

async function makeFolder(path: string, mode: number, owner: number | undefined): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  mkdirSync(path, { recursive: true });
  await finish(path, mode, owner);
}

async function copyLink(source: string, path: string, owner: number | undefined): Promise<void> {
  rmSync(path, { force: true });
  symlinkSync(readlinkSync(source), path);
  if (owner !== undefined) await lchown(path, owner, owner);
}

async function copyOne(source: string, path: string, mode: number, owner: number | undefined): Promise<void> {
  // A link in the way would lead the copy elsewhere.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) rmSync(path);
  await copyFile(source, path);
  await finish(path, mode, owner);
}

/** The owner first: changing it takes away the set-user-id bit. */
async function finish(path: string, mode: number, owner: number | undefined): Promise<void> {
  if (owner !== undefined) await lchown(path, owner, owner);
  await chmod(path, mode & 0o7777);
}

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { chmod, chown, type FileHandle, lchown, lstat, open } from "node:fs/promises";
import { join } from "node:path";
import { append } from "./append.js";
import { checkReplaceable } from "./no-file.js";

/** Runs `body` with where a path of the tree is, for calls of `node:fs` that follow no link; with `follow`, where a link there leads. */
export type Locate = <T>(path: string, body: (at: string) => Promise<T>, follow?: boolean) => Promise<T>;

/**
 * Copies a folder's contents: files with their permission bits, links as links; devices, sockets and pipes are left out.
 * With `owner`, everything that is made is that user's and group's. Folders that are there already stay as they are.
 */
export async function copyTree(from: Locate, to: Locate, owner?: number, path = ""): Promise<void> {
  const { mode, names } = await from(path, (at) => Promise.resolve(readFolder(at)));
  // As /bin may be a link to usr/bin.
  await to(path, (at) => makeFolder(at, mode, owner), true);
  for (const name of names) {
    const inner = join(path, name);
    const stat = await from(inner, (at) => lstat(at));
    if (stat.isDirectory()) await copyTree(from, to, owner, inner);
    else if (stat.isSymbolicLink()) await copyLink(inner, from, to, owner);
    else if (stat.isFile()) await copyOne(inner, from, to, stat.mode, owner);
  }
}

function readFolder(path: string): { readonly mode: number; readonly names: readonly string[] } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    return { mode: fstatSync(fd).mode, names: readdirSync(`/proc/self/fd/${fd}`) };
  } finally {
    closeSync(fd);
  }
}

async function makeFolder(path: string, mode: number, owner: number | undefined): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  mkdirSync(path, { mode: 0o700 });
  if (owner !== undefined) await chown(path, owner, owner);
  await chmod(path, mode & 0o7777);
}

async function copyLink(path: string, from: Locate, to: Locate, owner: number | undefined): Promise<void> {
  const target = await from(path, (at) => Promise.resolve(readlinkSync(at)));
  await to(path, async (at) => {
    rmSync(at, { force: true });
    symlinkSync(target, at);
    if (owner !== undefined) await lchown(at, owner, owner);
  });
}

/** Beside what was there: a link in the way would lead the copy elsewhere, and so would one that appears meanwhile. */
async function copyOne(path: string, from: Locate, to: Locate, mode: number, owner: number | undefined): Promise<void> {
  await from(path, async (source) => {
    const input = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      await to(path, (target) => {
        checkReplaceable(target, path);
        return writeNew(input, target, mode, owner);
      });
    } finally {
      await input.close();
    }
  });
}

async function writeNew(input: FileHandle, path: string, mode: number, owner: number | undefined): Promise<void> {
  rmSync(path, { force: true });
  const output = await open(path, "wx", 0o600);
  try {
    await append(output, input.createReadStream({ autoClose: false }), path);
    // The owner first: changing it takes away the set-user-id bit.
    if (owner !== undefined) await output.chown(owner, owner);
    await output.chmod(mode & 0o7777);
  } finally {
    await output.close();
  }
}

// The files of this machine that a transfer sends or writes.

import { lstatSync, mkdirSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, join } from "node:path";
import { RunError } from "../../contract/errors.js";

export interface LocalEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Permission bits. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
}

/** What is in a folder, by name. Links are followed; devices, sockets and pipes are left out. A link to a folder around it is refused. */
export function entriesOf(folder: string): readonly LocalEntry[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) throw new RunError(`${path} is a link to nothing`);
      if (stat.isDirectory()) refuseLoop(path, folder);
      return entry(name, path, stat);
    });
}

function entry(name: string, path: string, stat: Stats): readonly LocalEntry[] {
  if (!stat.isFile() && !stat.isDirectory()) return [];
  return [{ name, path, kind: stat.isFile() ? "file" : "folder", mode: stat.mode & 0o7777, size: stat.size }];
}

function refuseLoop(path: string, folder: string): void {
  if (!lstatSync(path).isSymbolicLink()) return;
  const target = realpathSync(path);
  if (`${realpathSync(folder)}/`.startsWith(`${target === "/" ? "" : target}/`))
    throw new RunError(`${path} is a link to a folder that it is in`);
}

/** As with rsync: a slash at the end of what is copied means its contents. */
export const contentsTarget = (from: string, to: string): string =>
  from.endsWith("/") ? to : join(to, basename(from));

/** A name that the machine gave for a file here: anything else could lead out of the folder. */
export function safeName(name: string): string {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0"))
    throw new RunError(`the machine sent ${JSON.stringify(name)} for the name of a file`);
  return name;
}

/** Makes a folder and those around it, where they are missing. */
export function makeFolder(path: string, mode: number): void {
  // Of a folder that may not be written in, its own files could not be made.
  mkdirSync(path, { recursive: true, mode: mode | 0o700 });
}

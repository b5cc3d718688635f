// What a run has taken and not yet given back, written down before it is taken.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { JournalEntry, Undo } from "../contract/cleanup.js";
import { unlessHalfWritten } from "../system/half-written.js";
import { type ProcessIdentity, processIdentity } from "../system/process-identity.js";

/** The first line: whose journal it is. */
export interface JournalHeader extends ProcessIdentity {
  readonly version: 1;
  readonly run: string;
  readonly build: string;
  readonly builderType: string;
}

export interface Journal {
  /** Written when this returns, so that it outlives us; on disk, too, where it must outlive the machine's power. Gives the entry's number. */
  append(entry: DistributiveOmit<JournalEntry, "seq" | "at">): number;
  /** Ends it; a journal in which nothing is open is removed. */
  close(empty: boolean): void;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export const journalFolder = (stateDir: string): string => join(stateDir, "runs");

/** `stateDir` is `$XDG_STATE_HOME/pkrts`. Nothing is written before the first entry. */
export function openJournal(stateDir: string, run: string, build: string, builderType: string): Journal {
  const path = join(journalFolder(stateDir), `${run}.${encodeURIComponent(build)}.${process.hrtime.bigint()}.ndjson`);
  let fd: number | undefined;
  let seq = 0;
  const begin = (): number => {
    const file = create(path);
    const owner = processIdentity(process.pid);
    writeSync(file, lineOf({ version: 1, run, build, builderType, ...owner } satisfies JournalHeader));
    return file;
  };
  return {
    append(entry) {
      fd ??= begin();
      seq += 1;
      writeSync(fd, lineOf({ seq, at: new Date().toISOString(), ...entry }));
      if (mustLast(entry)) fsyncSync(fd);
      return seq;
    },
    close(empty) {
      if (fd === undefined) return;
      closeSync(fd);
      fd = undefined;
      if (empty) rmSync(path, { force: true });
    },
  };
}

const lineOf = (line: object): string => `${JSON.stringify(line)}\n`;

/**
 * What must outlive a loss of power: that something may be there which does, and that something is the user's now. What is
 * lost of the rest costs nothing: an intent finds what it led to, and giving back what is gone already is success.
 */
const mustLast = (entry: DistributiveOmit<JournalEntry, "seq" | "at">): boolean =>
  entry.kind === "kept" || (entry.kind === "intent" && entry.undo.endsWithMachine !== true);

function create(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, "ax", 0o600);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
  return fd;
}

/** Something that was taken and never given back. */
export interface OpenEntry {
  readonly seq: number;
  readonly name: string;
  readonly undo: Undo;
}

export interface JournalFile {
  readonly path: string;
  readonly header: JournalHeader;
  /** In the order in which they were taken. */
  readonly open: readonly OpenEntry[];
}

/** All journals there are. A last line that was cut off counts as not written. */
export function readJournals(stateDir: string): readonly JournalFile[] {
  const folder = journalFolder(stateDir);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson"))
    .sort();
  return files.map((name) => readJournal(join(folder, name))).filter((journal) => journal !== undefined);
}

function readJournal(path: string): JournalFile | undefined {
  const [header, ...entries] = readFileSync(path, "utf8")
    .split("\n")
    .map((line) => unlessHalfWritten(line));
  if (header === undefined) return undefined;
  const open = new Map<number, OpenEntry>();
  // What this program wrote itself, line by line.
  for (const entry of entries as (JournalEntry | undefined)[]) if (entry !== undefined) apply(open, entry);
  return { path, header: header as unknown as JournalHeader, open: [...open.values()] };
}

function apply(open: Map<number, OpenEntry>, entry: JournalEntry): void {
  switch (entry.kind) {
    case "intent":
      open.set(entry.seq, { seq: entry.seq, name: entry.name, undo: entry.undo });
      break;
    case "held": {
      const of = open.get(entry.of);
      if (of !== undefined) open.set(entry.of, { ...of, undo: entry.undo, name: entry.name ?? of.name });
      break;
    }
    case "released":
      open.delete(entry.of);
      break;
    case "kept":
      for (const seq of entry.of) open.delete(seq);
      break;
    case "stuck":
      break;
  }
}

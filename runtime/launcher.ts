// The program's first file (dist/pkrts.cjs). Loads the chunks of the bundle with V8's code cache beside them, so that
// a command does not compile what it compiled the last time. Built apart from the rest: it imports large-text.ts alone.
//
// A cache is kept for each command, since each warms other functions. It is made when a command ends that had none, holds what
// that run called, and belongs to one build of pkrts (the chunks' names hold hashes of their content) and one version of Node;
// V8 checks the rest, and what it rejects is compiled as if there were no cache. A run that failed called little: what it left
// serves until one goes well.

import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { FOR_LARGE_TEXT, namesLargeText } from "./large-text.js";

/** The name of the build, and of its first chunk: both set by scripts/build.mjs. */
declare const PKRTS_BUILD: string;
declare const PKRTS_MAIN: string;
/** Chunk → the file in cli/ where it lies with others: a script whose value is an object of chunks. */
declare const PKRTS_PACKS: Readonly<Record<string, string>>;
/** This file's own, as it is when it runs. */
declare const require: NodeJS.Require;

/** Commands that are used by hand and in every CI run: each has a cache of its own, the others share one. */
const COMMANDS = ["build", "console", "fmt", "inspect", "lsp", "validate", "version"];

type Exports = Record<string, unknown>;
type Chunk = (
  exports: Exports,
  require: typeof load,
  module: { exports: Exports },
  __filename: string,
  __dirname: string,
) => void;

/** Commands that read templates and end. */
const READERS = new Set(["console", "fmt", "inspect", "validate"]);

const folder = import.meta.dirname;
const command = COMMANDS.find((name) => name === process.argv[2]) ?? "other";
const isLarge = READERS.has(command) && namesLargeText(process.argv.slice(3));
if (isLarge)
  for (const flag of FOR_LARGE_TEXT) (require("node:v8") as typeof import("node:v8")).setFlagsFromString(flag);
// V8 takes back no cache that was made with other settings.
const cacheName = `${command}${isLarge ? "-large" : ""}-${PKRTS_BUILD}-${process.version}-${process.arch}.cache`;
const modules = new Map<string, { exports: Exports }>();
const packOf = PKRTS_PACKS;
const packs = new Map<string, Readonly<Record<string, Chunk>>>();

/** V8 counts no lines of functions that come from a cache. */
const counted = Boolean(process.env["NODE_V8_COVERAGE"]);
/** Bytes that the first line of a cache has at most: a name and a length for each file. */
const LONGEST_HEAD = 16 * 1024;
/** Where files are read to, one after the other: every page of new memory costs 4 µs. */
let room = Buffer.allocUnsafeSlow(LONGEST_HEAD);
const cache = openCache();
/** Scripts that the cache knows nothing of, or that V8 refused. */
const fresh = new Map<string, Script>();
/** Scripts of which it knows what a run called that failed. */
const cool = new Map<string, Script>();
// A crash must not be slowed down by this.
process.on("exit", (code) => {
  if (code === 0) for (const [file, script] of cool) fresh.set(file, script);
  if (code <= 2 && fresh.size > 0) writeCache(code === 0);
});

// All is done then. Left alone, Node would take its heap apart, piece by piece.
process.on("beforeExit", () => process.exit());

/** Chunks name each other as `./chunk-HASH.js`, whatever folder they lie in; everything else is Node's. */
function load(name: string): object {
  if (!name.startsWith(".")) return require(name) as object;
  return run(name.slice(name.lastIndexOf("/") + 1).replace(/\.js$/, ".cjs"));
}

/** A module of which nothing runs before something of it is asked for: scripts/build.mjs says which. */
load.whenUsed = (name: string): object => new Proxy({}, { get: (_, member) => Reflect.get(load(name), member) });

function run(chunk: string): Exports {
  const known = modules.get(chunk);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(chunk, module);
  packed(chunk)[chunk]?.(module.exports, load, module, `${folder}/cli/${chunk}`, folder);
  return module.exports;
}

/** The functions of the file that holds a chunk. */
function packed(chunk: string): Readonly<Record<string, Chunk>> {
  const file = packOf[chunk] ?? chunk;
  const pack = packs.get(file) ?? compiled(file);
  packs.set(file, pack);
  return pack;
}

function compiled(file: string): Readonly<Record<string, Chunk>> {
  const filename = `${folder}/cli/${file}`;
  const source = textOf(filename);
  const part = counted ? undefined : cache?.parts.get(file);
  const cachedData = dataOf(part);
  const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
  if (cachedData === undefined || script.cachedDataRejected === true) fresh.set(file, script);
  else if (part?.isWarm === false) cool.set(file, script);
  return script.runInThisContext() as Readonly<Record<string, Chunk>>;
}

/** esbuild writes ASCII, which V8 keeps as it is. */
function textOf(filename: string): string {
  const descriptor = openSync(filename, "r");
  const bytes = read(descriptor, fstatSync(descriptor).size, 0);
  closeSync(descriptor);
  return bytes?.toString("latin1") ?? readFileSync(filename, "latin1");
}

/** Good until the next is read. V8 takes data at the beginning of a buffer as they are, and makes a copy of others. */
function dataOf(part: Part | undefined): Buffer | undefined {
  return cache && part && read(cache.descriptor, part.length, part.start);
}

/** Undefined when there is less. */
function read(descriptor: number, length: number, position: number): Buffer | undefined {
  if (room.length < length) room = Buffer.allocUnsafeSlow(length);
  return readSync(descriptor, room, 0, length, position) === length ? room.subarray(0, length) : undefined;
}

interface Cache {
  readonly descriptor: number;
  readonly parts: ReadonlyMap<string, Part>;
}
interface Part {
  readonly start: number;
  readonly length: number;
  /** Made by a run that went well. */
  readonly isWarm: boolean;
}

/** Beside the program, else the user's own: nobody writes there who could not change the program for this user anyway. */
function openCache(): Cache | undefined {
  for (const place of [ownFolder, userFolder]) {
    try {
      const descriptor = openSync(join(place(), cacheName), "r");
      if (place === ownFolder || isMine(descriptor)) return { descriptor, parts: partsOf(descriptor) };
    } catch {
      // No cache there, or something else: it only costs time.
    }
  }
  return undefined;
}

function ownFolder(): string {
  return join(folder, "cache");
}

function userFolder(): string {
  const { homedir } = require("node:os") as typeof import("node:os");
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pkrts");
}

function isMine(descriptor: number): boolean {
  const { uid, mode } = fstatSync(descriptor);
  return uid === process.getuid?.() && (mode & (constants.S_IWGRP | constants.S_IWOTH)) === 0;
}

/** A line of JSON with the length of each file's data and whether they are warm, then the data. */
function partsOf(descriptor: number): ReadonlyMap<string, Part> {
  const head = room.toString("latin1", 0, readSync(descriptor, room, 0, LONGEST_HEAD, 0));
  const end = head.indexOf("\n");
  const parts = new Map<string, Part>();
  let start = end + 1;
  for (const [file, length, isWarm] of JSON.parse(head.slice(0, end)) as [string, number, boolean][]) {
    if (!Number.isInteger(length) || length < 0) throw new Error("no length");
    parts.set(file, { start, length, isWarm });
    start += length;
  }
  if (start > fstatSync(descriptor).size) throw new Error("cut off");
  return parts;
}

function writeCache(isWarm: boolean): void {
  const made: (readonly [string, Buffer, boolean])[] = [];
  for (const [file, part] of cache?.parts ?? []) {
    const data = fresh.has(file) ? undefined : dataOf(part);
    if (data !== undefined) made.push([file, Buffer.from(data), part.isWarm]);
  }
  for (const [file, script] of fresh) made.push([file, script.createCachedData(), isWarm]);
  const head = JSON.stringify(made.map(([file, data, warm]) => [file, data.length, warm]));
  const bytes = Buffer.concat([Buffer.from(`${head}\n`), ...made.map(([, data]) => data)]);
  for (const place of [ownFolder, userFolder]) if (store(place(), bytes)) return;
}

/** Whole or not at all; what other builds of pkrts left there goes. */
function store(place: string, bytes: Buffer): boolean {
  try {
    mkdirSync(place, { recursive: true, mode: place === ownFolder() ? 0o755 : 0o700 });
    const path = join(place, cacheName);
    writeFileSync(`${path}.${process.pid}`, bytes, { mode: 0o644, flag: "wx" });
    renameSync(`${path}.${process.pid}`, path);
    for (const name of readdirSync(place)) {
      if (/\.cache$/.test(name) && !name.includes(`-${PKRTS_BUILD}-`)) rmSync(join(place, name), { force: true });
    }
    return true;
  } catch {
    return false;
  }
}

load(PKRTS_MAIN);

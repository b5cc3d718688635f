// The program's first file (dist/pkrts.cjs). Loads the chunks of the bundle with V8's code cache beside them, so that
// a command does not compile what it compiled the last time. Built apart from the rest: it imports large-text.ts alone.
//
// A cache is kept for each command, since each warms other functions. It is made when a command ends that had none, and
// belongs to one build of pkrts (the chunks' names hold hashes of their content) and one version of Node; V8 checks the
// rest, and what it rejects is compiled as if there were no cache.

import { constants, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { Script } from "node:vm";
import { FOR_LARGE_TEXT, namesLargeText } from "./large-text.js";

/** The name of the build, and of its first chunk: both set by scripts/build.mjs. */
declare const PKRTS_BUILD: string;
declare const PKRTS_MAIN: string;
/** Files in cli/, each a script whose value is an object, and the chunks that are its members: JSON. */
declare const PKRTS_PACKS: string;

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
const nodeRequire = createRequire(join(folder, "pkrts.cjs"));
const command = COMMANDS.find((name) => name === process.argv[2]) ?? "other";
const isLarge = READERS.has(command) && namesLargeText(process.argv.slice(3));
if (isLarge)
  for (const flag of FOR_LARGE_TEXT) (nodeRequire("node:v8") as typeof import("node:v8")).setFlagsFromString(flag);
// V8 takes back no cache that was made with other settings.
const cacheName = `${command}${isLarge ? "-large" : ""}-${PKRTS_BUILD}-${process.version}-${process.arch}.cache`;
const modules = new Map<string, { exports: Exports }>();
const packOf = new Map(
  Object.entries(JSON.parse(PKRTS_PACKS) as Record<string, string[]>).flatMap(([file, chunks]) =>
    chunks.map((chunk) => [chunk, file]),
  ),
);
const packs = new Map<string, Readonly<Record<string, Chunk>>>();

/** V8 counts no lines of functions that come from a cache. */
const counted = Boolean(process.env["NODE_V8_COVERAGE"]);
const cached = readCache();
/** Scripts that the cache knows nothing of, or that V8 refused. */
const fresh = new Map<string, Script>();
// What ran to its end is warm; a crash must not be slowed down by this.
process.on("exit", (code) => (code <= 2 && fresh.size > 0 ? writeCache() : undefined));

/** Chunks name each other as `./chunk-HASH.js`, whatever folder they lie in; everything else is Node's. */
function load(name: string): object {
  if (!name.startsWith(".")) return nodeRequire(name) as object;
  return run(name.slice(name.lastIndexOf("/") + 1).replace(/\.js$/, ".cjs"));
}

/** A module of which nothing runs before something of it is asked for: scripts/build.mjs says which. */
load.whenUsed = (name: string): object => new Proxy({}, { get: (_, member) => Reflect.get(load(name), member) });

function run(chunk: string): Exports {
  const known = modules.get(chunk);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  modules.set(chunk, module);
  packed(chunk)[chunk]?.(module.exports, load, module, join(folder, "cli", chunk), folder);
  return module.exports;
}

/** The functions of the file that holds a chunk. */
function packed(chunk: string): Readonly<Record<string, Chunk>> {
  const file = packOf.get(chunk) ?? chunk;
  const pack = packs.get(file) ?? compiled(file);
  packs.set(file, pack);
  return pack;
}

function compiled(file: string): Readonly<Record<string, Chunk>> {
  const filename = join(folder, "cli", file);
  const cachedData = counted ? undefined : cached.get(file);
  // esbuild writes ASCII, which V8 keeps as it is.
  const script = new Script(readFileSync(filename, "latin1"), { filename, ...(cachedData && { cachedData }) });
  if (cachedData === undefined || script.cachedDataRejected === true) fresh.set(file, script);
  return script.runInThisContext() as Readonly<Record<string, Chunk>>;
}

/** Beside the program, else the user's own: nobody writes there who could not change the program for this user anyway. */
function readCache(): Map<string, Buffer> {
  for (const place of [ownFolder(), userFolder()]) {
    const path = join(place, cacheName);
    try {
      if (place === ownFolder() || isMine(path)) return unpack(readFileSync(path));
    } catch {
      // No cache there, or one that was cut off: it only costs time.
    }
  }
  return new Map();
}

function ownFolder(): string {
  return join(folder, "cache");
}

function userFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "pkrts");
}

function isMine(path: string): boolean {
  const { uid, mode } = statSync(path);
  return uid === process.getuid?.() && (mode & (constants.S_IWGRP | constants.S_IWOTH)) === 0;
}

/** A line of JSON with the length of each chunk's data, then the data. */
function unpack(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.indexOf("\n");
  const data = new Map<string, Buffer>();
  let at = end + 1;
  for (const [file, length] of JSON.parse(bytes.toString("latin1", 0, end)) as [string, number][]) {
    if (at + length > bytes.length) throw new Error("cut off");
    data.set(file, bytes.subarray(at, at + length));
    at += length;
  }
  return data;
}

function writeCache(): void {
  for (const [file, script] of fresh) cached.set(file, script.createCachedData());
  const made = [...cached];
  const head = JSON.stringify(made.map(([file, data]) => [file, data.length]));
  const bytes = Buffer.concat([Buffer.from(`${head}\n`), ...made.map(([, data]) => data)]);
  for (const place of [ownFolder(), userFolder()]) if (store(place, bytes)) return;
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

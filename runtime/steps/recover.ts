// What `pkrts cleanup` does with the journals of dead runs.

import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Undo } from "../contract/cleanup.js";
import type { Registry } from "../contract/component.js";
import { errorFrom } from "../contract/errors.js";
import type { Json } from "../contract/json.js";
import type { Clock } from "../contract/run-context.js";
import { withFileLock } from "../system/file-lock.js";
import { bootId, isAlive } from "../system/process-identity.js";
import { cleanupStack } from "./cleanup-stack.js";
import {
  type JournalFile,
  type JournalHeader,
  journalFolder,
  type OpenEntry,
  openJournal,
  readJournals,
} from "./journal.js";
import { createRunContext } from "./run-context.js";

export interface RecoverOptions {
  readonly stateDir: string;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly dryRun: boolean;
  /** The number of the user who asks: what he built by a wrapper is root's. */
  readonly user: number;
  say(text: string): void;
  /** Runs what needs the embedded EC2: its endpoint is another one at each start. */
  withLocal(body: (endpoint: string) => Promise<number>): Promise<number>;
}

/** How many things are left. Twice the same: what is gone already counts as given back. */
export async function recover(options: RecoverOptions): Promise<number> {
  const { stateDir, dryRun, user, say } = options;
  const left = dryRun || deadRuns(stateDir).length === 0 ? await recoverAll(options) : await inTurn(options);
  if (left === 0) say("Nothing is left.");
  else if (!dryRun && user !== 0) say(`What needs root: sudo XDG_STATE_HOME=${dirname(stateDir)} pkrts cleanup -yes`);
  return left;
}

const deadRuns = (stateDir: string): readonly JournalFile[] =>
  readJournals(stateDir).filter(({ header }) => !isAlive(header));

/** Two at once would take each other's mounts away, and find things left that are not. */
function inTurn(options: RecoverOptions): Promise<number> {
  const lock = join(journalFolder(options.stateDir), "cleanup.lock");
  if (existsSync(lock)) options.say("Waiting for another `pkrts cleanup`...");
  return withFileLock(lock, () => recoverAll(options));
}

async function recoverAll(options: RecoverOptions): Promise<number> {
  let left = 0;
  for (const journal of deadRuns(options.stateDir)) left += await recoverRun(journal, options);
  return left;
}

async function recoverRun(journal: JournalFile, options: RecoverOptions): Promise<number> {
  const { path, header, open } = journal;
  if (open.length > 0) options.say(`Run ${header.run}, ${header.build}:`);
  if (options.dryRun) {
    for (const { name } of [...open].reverse()) options.say(`  would give back: ${name}`);
    return open.length;
  }
  const body = (endpoint: string | undefined): Promise<number> => undoAll(journal, endpoint, options);
  const left = open.some(isLocal) ? await options.withLocal(body) : await body(undefined);
  if (left === 0) rmSync(path, { force: true });
  return left;
}

type Members = { readonly [key: string]: Json };
const membersOf = (json: Json | undefined): Members =>
  typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Members) : {};

/** `place` in the arguments of an undo says where the resource is (builders write it). */
const isLocal = ({ undo }: OpenEntry): boolean => membersOf(membersOf(undo.args)["place"])["local"] === true;

async function undoAll(
  { header, open }: JournalFile,
  endpoint: string | undefined,
  { registry, clock, stateDir, say }: RecoverOptions,
): Promise<number> {
  const builder = await registry.load("builder", header.builderType);
  const journal = openJournal(stateDir, header.run, header.build, header.builderType);
  const none = cleanupStack({ journal, undo: () => Promise.resolve(), onChange: () => undefined });
  const signal = new AbortController().signal;
  const run = createRunContext({
    build: header.build,
    runId: header.run,
    signal,
    clock,
    cleanup: none,
    force: false,
    send: () => undefined,
    hide: () => undefined,
  });
  const isGone = goneFor(header, stateDir);
  let left = 0;
  for (const { name, undo } of [...open].reverse()) {
    if (isGone(undo)) {
      say(`  gone already: ${name}`);
      continue;
    }
    try {
      await builder?.undo[undo.op]?.(endpoint === undefined ? undo.args : withEndpoint(undo.args, endpoint), run);
      say(`  given back: ${name}`);
    } catch (thrown) {
      left += 1;
      say(`  left: ${name}: ${errorFrom(thrown).message}`);
    }
  }
  return left;
}

/** `root` in the arguments of an undo says in whose tree of mounts the thing is (builders write it). */
const rootOf = ({ args }: Undo): Json | undefined => membersOf(args)["root"];

/**
 * What went without us: with the machine's last boot, or by somebody's hand, where a run that is alive has mounted its own in the
 * same place since. To give it back once more would take that away from the living.
 */
function goneFor({ bootId: boot }: JournalHeader, stateDir: string): (undo: Undo) => boolean {
  const living = readJournals(stateDir).filter(({ header }) => isAlive(header));
  const roots = new Set(living.flatMap(({ open }) => open.map(({ undo }) => rootOf(undo))));
  roots.delete(undefined);
  return (undo) => undo.endsWithMachine === true && (boot !== bootId() || roots.has(rootOf(undo)));
}

function withEndpoint(args: Json, endpoint: string): Json {
  const own = membersOf(args);
  const place = membersOf(own["place"]);
  return place["local"] === true ? { ...own, place: { ...place, endpoint } } : args;
}

// What `pkrts cleanup` gives back: once, though it runs twice; and nothing that is another's by now.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { builtins } from "../../../runtime/builtins.js";
import type { Undo } from "../../../runtime/contract/cleanup.js";
import type { Registry } from "../../../runtime/contract/component.js";
import { journalFolder, openJournal } from "../../../runtime/steps/journal.js";
import { type RecoverOptions, recover } from "../../../runtime/steps/recover.js";
import { systemClock } from "../../../runtime/system/clock.js";
import { describe } from "../../support/describe.js";

const thing = (name: string, more: object = {}): Undo => ({ op: "giveBack", args: { name, ...more } });
const mounted = (name: string, root: string): Undo => ({ ...thing(name, { root }), endsWithMachine: true });

/** A journal that holds `undos`; with another `owner` than this process when one is given. */
function journalOf(stateDir: string, run: string, undos: readonly Undo[], owner: object = {}): void {
  const journal = openJournal(stateDir, run, "null.a", "null");
  undos.forEach((undo, i) => void journal.append({ kind: "intent", name: `${run} ${i}`, undo }));
  journal.close(false);
  for (const file of readdirSync(journalFolder(stateDir)).filter((name) => name.startsWith(run))) {
    const path = join(journalFolder(stateDir), file);
    const [header = "", ...entries] = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, [JSON.stringify({ ...JSON.parse(header), ...owner }), ...entries].join("\n"));
  }
}

const gone = (): object => ({ pid: spawnSync("true").pid });

/** The null builder, with things to give back that take their time: their names, in their order, and how many were at work at once. */
async function slowRegistry() {
  const none = await builtins.load("builder", "null");
  const given: string[] = [];
  let busy = 0;
  const seen = { given, most: 0 };
  const giveBack = async (args: unknown): Promise<void> => {
    busy += 1;
    seen.most = Math.max(seen.most, busy);
    given.push((args as { readonly name: string }).name);
    await systemClock.sleep(50);
    busy -= 1;
  };
  const load = () => Promise.resolve(none === undefined ? undefined : { ...none, undo: { giveBack } });
  return { registry: { ...builtins, load: load as Registry["load"] }, seen };
}

async function inState(body: (stateDir: string) => Promise<void>): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), "pkrts-recover-"));
  try {
    await body(stateDir);
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

const optionsOf = (stateDir: string, registry: Registry, said: string[]): RecoverOptions => ({
  stateDir,
  registry,
  clock: systemClock,
  dryRun: false,
  user: 0,
  say: (text) => void said.push(text),
  withLocal: (body) => body("http://127.0.0.1"),
});

describe("cleaning up after dead runs", (test) => {
  test("two at once take turns, and the second finds nothing left", () =>
    inState(async (stateDir) => {
      for (const run of ["one", "two"]) journalOf(stateDir, run, [thing(run)], gone());
      const { registry, seen } = await slowRegistry();
      const said: string[] = [];
      const once = () => recover(optionsOf(stateDir, registry, said));
      assert.equal(await Promise.all([once(), once()]), [0, 0]);
      assert.is(seen.most, 1);
      assert.equal(seen.given, ["one", "two"]);
      assert.is(said.filter((text) => text === "Nothing is left.").length, 2);
      assert.equal(readdirSync(journalFolder(stateDir)), []);
    }));

  test("what a living run has mounted in the same place stays", () =>
    inState(async (stateDir) => {
      journalOf(stateDir, "dead", [thing("volume"), mounted("mine", "/same"), mounted("other", "/else")], gone());
      journalOf(stateDir, "living", [mounted("theirs", "/same")]);
      const { registry, seen } = await slowRegistry();
      const said: string[] = [];
      assert.is(await recover(optionsOf(stateDir, registry, said)), 0);
      assert.equal(seen.given, ["other", "volume"]);
      assert.ok(said.includes("  gone already: dead 1"), said.join("\n"));
      assert.is(readdirSync(journalFolder(stateDir)).length, 1);
    }));

  test("what went with the machine's last boot is not looked for in this one", () =>
    inState(async (stateDir) => {
      journalOf(stateDir, "dead", [thing("volume"), mounted("mine", "/same")], { bootId: "another" });
      const { registry, seen } = await slowRegistry();
      assert.is(await recover(optionsOf(stateDir, registry, [])), 0);
      assert.equal(seen.given, ["volume"]);
    }));
});

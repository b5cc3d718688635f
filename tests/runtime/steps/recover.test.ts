// `pkrts cleanup` twice at once: each thing is given back by one of them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { builtins } from "../../../runtime/builtins.js";
import type { Registry } from "../../../runtime/contract/component.js";
import { journalFolder, openJournal, readJournals } from "../../../runtime/steps/journal.js";
import { recover } from "../../../runtime/steps/recover.js";
import { systemClock } from "../../../runtime/system/clock.js";
import { describe } from "../../support/describe.js";

/** A journal of a run that is gone. */
function deadRun(stateDir: string, run: string): void {
  const journal = openJournal(stateDir, run, "null.a", "null");
  journal.append({ kind: "intent", name: `thing of ${run}`, undo: { op: "giveBack", args: { run } } });
  journal.close(false);
  const gone = spawnSync("true").pid;
  for (const { path, header } of readJournals(stateDir)) {
    const intent = { seq: 1, at: "", kind: "intent", name: "thing", undo: { op: "giveBack", args: {} } };
    writeFileSync(path, `${JSON.stringify({ ...header, pid: gone })}\n${JSON.stringify(intent)}\n`);
  }
}

/** The null builder, with something to give back that takes its time. */
async function slowRegistry(onBusy: (change: number) => void): Promise<Registry> {
  const none = await builtins.load("builder", "null");
  const giveBack = async (): Promise<void> => {
    onBusy(1);
    await systemClock.sleep(50);
    onBusy(-1);
  };
  const load = () => Promise.resolve(none === undefined ? undefined : { ...none, undo: { giveBack } });
  return { ...builtins, load: load as Registry["load"] };
}

describe("cleaning up after dead runs", (test) => {
  test("two at once take turns, and the second finds nothing left", async () => {
    const stateDir = mkdtempSync(join(tmpdir(), "pkrts-recover-"));
    try {
      for (const run of ["one", "two"]) deadRun(stateDir, run);
      let busy = 0;
      let most = 0;
      let done = 0;
      const registry = await slowRegistry((change) => {
        busy += change;
        most = Math.max(most, busy);
        if (change > 0) done += 1;
      });
      const said: string[] = [];
      const options = { stateDir, registry, clock: systemClock, dryRun: false, user: 0 };
      const once = () =>
        recover({ ...options, say: (text) => void said.push(text), withLocal: (body) => body("http://127.0.0.1") });
      assert.equal(await Promise.all([once(), once()]), [0, 0]);
      assert.is(most, 1);
      assert.is(done, 2);
      assert.is(said.filter((text) => text === "Nothing is left.").length, 2);
      assert.equal(readdirSync(journalFolder(stateDir)), []);
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });
});

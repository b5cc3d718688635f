// Which of a journal's lines are on the disk before anything is done.
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { openJournal, readJournals } from "../../../runtime/steps/journal.js";
import { describe } from "../../support/describe.js";

/** The kinds and names of the lines that are synced, in their order: what the file ends with at each fsync of it. */
function syncedLines(body: (stateDir: string) => void): readonly string[] {
  const stateDir = mkdtempSync(join(tmpdir(), "pkrts-journal-"));
  const synced: string[] = [];
  const { fsyncSync } = fs;
  fs.fsyncSync = (fd) => {
    fsyncSync(fd);
    const [file] = readdirSync(join(stateDir, "runs"));
    const last = readFileSync(join(stateDir, "runs", file ?? ""), "utf8")
      .trimEnd()
      .split("\n")
      .at(-1);
    // The folder is synced before the first line.
    if (last) synced.push(last.replace(/^.*"kind":"(\w+)"(?:,"name":"([^"]*)")?.*$/, "$1 $2").trim());
  };
  syncBuiltinESMExports();
  try {
    body(stateDir);
  } finally {
    fs.fsyncSync = fsyncSync;
    syncBuiltinESMExports();
    rmSync(stateDir, { recursive: true });
  }
  return synced;
}

describe("journal", (test) => {
  test("an intent is on the disk, unless what it undoes ends with the machine; so is what is kept", () => {
    const synced = syncedLines((stateDir) => {
      const journal = openJournal(stateDir, "run", "build", "type");
      const volume = journal.append({ kind: "intent", name: "volume", undo: { op: "deleteVolume", args: {} } });
      const mount = { op: "unmount", args: {}, endsWithMachine: true } as const;
      const mounted = journal.append({ kind: "intent", name: "mount", undo: mount });
      journal.append({ kind: "held", of: mounted, undo: mount });
      // Written all the same: what ends with us alone must be undone by others.
      assert.equal(
        readJournals(stateDir).flatMap(({ open }) => open.map(({ name }) => name)),
        ["volume", "mount"],
      );
      journal.append({ kind: "released", of: mounted });
      journal.append({ kind: "kept", of: [volume] });
      journal.close(true);
    });
    assert.equal(synced, ["intent volume", "kept"]);
  });
});

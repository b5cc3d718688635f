// What a build holds, and what its journal says of it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Held } from "../../../runtime/contract/cleanup.js";
import { cleanupStack, type OwnedStack } from "../../../runtime/steps/cleanup-stack.js";
import { openJournal, readJournals } from "../../../runtime/steps/journal.js";
import { describe } from "../../support/describe.js";

interface Bench {
  readonly stack: OwnedStack;
  /** What was undone, in order. */
  readonly undone: string[];
  take(name: string): Promise<Held<string>>;
  /** What another process would find to be given back. */
  open(): readonly string[];
  lines(): readonly string[];
}

async function withStack(body: (bench: Bench) => Promise<void>, refused: readonly string[] = []): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), "pkrts-stack-"));
  const undone: string[] = [];
  const stack = cleanupStack({
    journal: openJournal(stateDir, "run", "build", "file"),
    undo: ({ op }) => {
      if (refused.includes(op)) return Promise.reject(new Error(`${op} is busy`));
      return Promise.resolve(void undone.push(op));
    },
    onChange: () => undefined,
  });
  const take = (name: string): Promise<Held<string>> =>
    stack.acquire(
      name,
      { op: `find ${name}`, args: {} },
      () => Promise.resolve(`${name}-1`),
      (id) => ({ op: id, args: {}, name: `${name} ${id}` }),
    );
  const folder = join(stateDir, "runs");
  try {
    await body({
      stack,
      undone,
      take,
      open: () => readJournals(stateDir).flatMap((journal) => journal.open.map(({ name }) => name)),
      lines: () => readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n")),
    });
  } finally {
    rmSync(stateDir, { recursive: true });
  }
}

describe("the clean-up stack", (test) => {
  test("names what is there by its id once that is known, in the journal too", () =>
    withStack(async ({ stack, take, open }) => {
      await take("volume");
      assert.equal(stack.held, ["volume volume-1"]);
      assert.equal(open(), ["volume volume-1"]);
    }));

  test("keeps several at once: with one line of the journal", () =>
    withStack(async ({ stack, undone, take, open, lines }) => {
      const [ami, snapshot] = [await take("ami"), await take("snapshot")];
      await take("volume");
      const before = lines().length;
      await stack.keep([ami, snapshot]);
      assert.is(lines().length, before + 1);
      assert.equal(open(), ["volume volume-1"]);
      await ami.release();
      assert.equal(await stack.unwind(), []);
      assert.equal(undone, ["volume-1"]);
    }));

  test("gives back in the opposite order, goes on past what fails, and keeps that in the journal", () =>
    withStack(
      async ({ stack, undone, take, open }) => {
        for (const name of ["a", "b", "c"]) await take(name);
        const [failure] = await stack.unwind();
        assert.equal([failure?.name, failure?.error.message], ["b b-1", "b-1 is busy"]);
        assert.equal(undone, ["c-1", "a-1"]);
        assert.equal(open(), ["b b-1"]);
      },
      ["b-1"],
    ));

  test("undoes by what is held now", () =>
    withStack(async ({ stack, undone, take, open }) => {
      const copy = await take("copy");
      await copy.replace({ op: "copy and snapshot", args: {}, name: "copy with snapshot" });
      assert.equal(open(), ["copy with snapshot"]);
      await stack.unwind();
      assert.equal(undone, ["copy and snapshot"]);
    }));
});

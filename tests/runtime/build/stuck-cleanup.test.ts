// A build whose clean-up fails: what it made is named, what it left too.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { builtins } from "../../../runtime/builtins.js";
import type { BuildOutcome } from "../../../runtime/contract/events.js";
import type { RunContext } from "../../../runtime/contract/run-context.js";
import type { Plan, PlannedBuild } from "../../../runtime/interpreter/plan-types.js";
import { describe } from "../../support/describe.js";
import { run } from "../../support/engine.js";

/** Holds a thing that is given back at the `succeedsAt`th attempt, and makes a file of its own. */
async function outcomeOf(succeedsAt: number): Promise<BuildOutcome | undefined> {
  const stateDir = mkdtempSync(join(tmpdir(), "pkrts-stuck-"));
  const component = await builtins.load("builder", "file");
  if (component === undefined) throw new Error("no file builder");
  let attempts = 0;
  const undo = async (): Promise<void> => {
    attempts += 1;
    if (attempts < succeedsAt) throw new Error("busy");
  };
  const build = {
    label: "file.a",
    buildName: "a",
    builderType: "file",
    component: { ...component, undo: { "give-back": undo } },
    builder: {
      communicator: "none",
      async build(run: RunContext) {
        const step = { op: "give-back", args: {} };
        await run.cleanup.acquire(
          "the thing",
          step,
          async () => 1,
          () => step,
        );
        return { builderId: "test", id: "made", files: [], text: "Stored file: made", destroy: async () => undefined };
      },
    },
    provisioners: [],
    errorCleanup: undefined,
    chains: [],
  } as unknown as PlannedBuild;
  try {
    for await (const event of run(
      { builds: [build], secrets: [], onSecret: () => undefined } as unknown as Plan,
      stateDir,
    ))
      if (event.type === "summary") return event.builds[0];
    return undefined;
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

describe("a clean-up that fails", (test) => {
  test("fails the build, which names what it made and what it left", async () => {
    const outcome = await outcomeOf(99);
    assert.is(outcome?.ok, false);
    assert.match(outcome?.error?.message ?? "", "left the thing");
    assert.equal(
      outcome?.artifacts.map(({ id }) => id),
      ["made"],
    );
  });

  test("is tried once more behind the post-processors, and then the build is fine", async () => {
    const outcome = await outcomeOf(2);
    assert.is(outcome?.ok, true);
    assert.is(outcome?.artifacts.length, 1);
  });
});

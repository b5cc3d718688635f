import * as assert from "uvu/assert";
import { clockFace } from "../../../runtime/ui/clock-face.js";
import { statusRows } from "../../../runtime/ui/live-rows.js";
import type { RunningBuild } from "../../../runtime/ui/running-builds.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";

const build = (label: string, more: Partial<RunningBuild> = {}): RunningBuild => ({
  label,
  since: 0,
  step: "provision",
  progress: undefined,
  ...more,
});
const texts = (builds: readonly RunningBuild[], columns = 79, most = 8): readonly string[] =>
  statusRows(builds, 65_000, columns, most).map(({ text }) => text);

describe("status rows of a terminal", (test) => {
  test("label, elapsed time, step, aligned", () => {
    assert.equal(texts([build("null.a"), build("null.longer", { since: 60_000, step: "provisioner shell" })]), [
      "  null.a        1:05  provision",
      "  null.longer   0:05  provisioner shell",
    ]);
  });
  test("how far a wait is", () => {
    const waiting = build("a", { step: "snapshot", progress: { what: "snap-0123456789abcdef0", percent: 60 } });
    assert.equal(texts([waiting]), ["  a   1:05  snapshot  snap-0123456789abcdef0 [############--------] 60%"]);
  });
  test("never wider than the terminal", () => {
    const long = build("b".repeat(60), { step: "s".repeat(80), progress: { what: "w".repeat(80), percent: 1 } });
    for (const columns of [10, 20, 79]) for (const text of texts([long], columns)) assert.ok(text.length <= columns);
  });
  test("of many builds the first, and how many more", () => {
    const many = texts(Array.from({ length: 50 }, (_, i) => build(`b${i}`)));
    assert.is(many.length, 8);
    assert.is(many[7], "  … and 43 more builds");
  });
});

describe("clockFace", (test) => {
  rows(
    test,
    [
      ["seconds", 7_900, "0:07"],
      ["minutes", 725_000, "12:05"],
      ["hours", 3_723_000, "1:02:03"],
    ],
    (ms: number, face: string) => assert.is(clockFace(ms), face),
  );
});

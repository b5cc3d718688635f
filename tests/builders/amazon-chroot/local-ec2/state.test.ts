// state.json: shared by who reads it, never taken for what it is not.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { ACTIONS, isReading } from "../../../../builders/amazon-chroot/local-ec2/actions.js";
import { openLocalEc2 } from "../../../../builders/amazon-chroot/local-ec2/index.js";
import type { State } from "../../../../builders/amazon-chroot/local-ec2/model.js";
import { NO_EFFECTS, StateStore } from "../../../../builders/amazon-chroot/local-ec2/state.js";
import { describe } from "../../../support/describe.js";

interface Folder {
  readonly dir: string;
  readonly file: string;
}

/** A state directory with one image in it. */
const withImage = (body: (folder: Folder) => Promise<void>) => async (): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), "pkrts-state-"));
  try {
    const disk = join(dir, "disk");
    writeFileSync(disk, "disk");
    truncateSync(disk, 1 << 20);
    await (await openLocalEc2({ stateDir: join(dir, "ec2") })).importImage(disk, { name: "kept" });
    await body({ dir: join(dir, "ec2"), file: join(dir, "ec2/state.json") });
  } finally {
    rmSync(dir, { recursive: true });
  }
};

const refusalOf = (stateDir: string): Promise<string> =>
  openLocalEc2({ stateDir }).then(
    () => "it was opened",
    (error: Error) => error.message,
  );

const BAD: readonly (readonly [what: string, make: (text: string) => string | undefined, told: RegExp])[] = [
  ["missing", () => undefined, /state\.json is missing, though there are disks/],
  ["empty", () => "", /state\.json is damaged \(/],
  ["cut off", (text) => text.slice(0, 50), /state\.json is damaged \(/],
  ["of other content", () => "[]", /state\.json is damaged: /],
  ["without images", (text) => text.replace('"images"', '"pictures"'), /state\.json is damaged: /],
  ["without a version", (text) => text.replace('"version":1,', ""), /state\.json is damaged: /],
  [
    "newer",
    (text) => text.replace('"version":1', '"version":2'),
    /state\.json is of version 2, and this pkrts knows 1/,
  ],
];

/** Fails whoever changes any of it. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

describe("embedded EC2: state.json", (test) => {
  for (const [what, make, told] of BAD)
    test(
      `one that is ${what} is told, and nothing is changed`,
      withImage(async ({ dir, file }) => {
        const bad = make(readFileSync(file, "utf8"));
        if (bad === undefined) rmSync(file);
        else writeFileSync(file, bad);
        assert.match(await refusalOf(dir), told);
        assert.is(readdirSync(join(dir, "disks")).length, 1);
        if (bad !== undefined) assert.is(readFileSync(file, "utf8"), bad);
      }),
    );

  test(
    "who reads shares one object while the file is the same, and sees each change",
    withImage(async ({ dir, file }) => {
      const [store, other] = [StateStore.open(dir), StateStore.open(dir)];
      const first = store.read();
      assert.is(store.read(), first);
      for (let i = 0; i < 20; i++) {
        await other.update((state) => {
          state.instanceTags = { "us-east-1": { n: String(i % 10) } };
        });
        assert.equal(store.read().instanceTags, { "us-east-1": { n: String(i % 10) } });
      }
      writeFileSync(`${file}.new`, JSON.stringify({ ...first, images: {} }));
      renameSync(`${file}.new`, file);
      assert.equal(store.read().images, {});
      store.close();
      other.close();
    }),
  );

  test(
    "no action that reads changes what it reads",
    withImage(async ({ dir }) => {
      const store = StateStore.open(dir);
      const state = frozen(structuredClone(store.read()) as State);
      const call = { ...NO_EFFECTS, region: "us-east-1", state, store, owner: "0 0", kernelPartitions: true };
      const [ImageId = ""] = Object.keys(state.images);
      const [SnapshotId = ""] = Object.keys(state.snapshots);
      const of = { ImageId, SnapshotId, InstanceId: "i-0123456789abcdef0" };
      for (const [name, act] of [...ACTIONS].filter(([each]) => isReading(each) && each !== "DescribeVolumeAttribute"))
        await act({ ...call, query: { ...of, Attribute: attributeFor(name) }, readyAt: () => 0 });
      store.close();
    }),
  );
});

const attributeFor = (action: string): string =>
  action === "DescribeSnapshotAttribute" || action === "DescribeImageAttribute" ? "productCodes" : "instanceType";

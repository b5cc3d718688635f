// Every call of a build × what may become of it: the outcome, the message, and nothing left in EC2 or on this host.
import * as assert from "uvu/assert";
import type { Fault } from "../../builders/amazon-chroot/local-ec2/faults.js";
import { describe } from "../support/describe.js";
import {
  broken,
  build,
  cleanUp,
  closeAccounts,
  denied,
  hidden,
  holdings,
  lost,
  onAccount,
  stuck,
  throttled,
  unable,
} from "../support/faulty-account.js";

const succeeds = (faults: readonly Fault[]) =>
  onAccount(async (account) => {
    const { ok, message } = await build(account, faults);
    assert.ok(ok, message);
    const made = await account.ec2.images();
    assert.equal(made.map(({ region }) => region).sort(), ["eu-west-1", "us-east-1", "us-east-1"]);
    assert.is((await account.ec2.snapshots()).length, 3);
    assert.is((await holdings(account)).length, 6);
    for (const image of made.filter(({ name }) => name === "faults")) {
      assert.is(image.description, "described");
      assert.equal(image.tags, { Name: "it" });
      assert.ok(image.deprecation !== undefined && image.protection !== undefined);
    }
  });

const fails = (faults: readonly Fault[], expected: string) =>
  onAccount(async (account, before) => {
    const { ok, message } = await build(account, faults);
    assert.not.ok(ok);
    assert.ok(message.includes(expected), message);
    assert.equal(await holdings(account), before);
  });

/** The build fails, names what it leaves, and `pkrts cleanup` gives it back once EC2 is in order. */
const leaves = (faults: readonly Fault[], expected = "UnauthorizedOperation: No.") =>
  onAccount(async (account, before) => {
    const { ok, message, said, url } = await build(account, faults);
    assert.not.ok(ok);
    assert.match(message, /clean-up failed, and left .*temporary volume.*: `pkrts cleanup` tries again/);
    assert.ok(said.includes(expected), said);
    assert.not.equal(await holdings(account), before);
    if (faults.some((fault) => fault.stuck === true)) return;
    assert.is((await cleanUp(account, url)).left, 0);
    // A volume that can't be deleted in the end takes no AMI with it.
    assert.equal(
      (await holdings(account)).filter((thing) => !/^(ami|snap)-/.test(thing)),
      [],
    );
  });

const READING = ["DescribeRegions", "DescribeImages", "DescribeInstances", "DescribeVolumes", "DescribeSnapshots"];
const MAKING = ["CreateVolume", "CreateSnapshot", "RegisterImage", "CopyImage"];
const CHANGING = [
  "AttachVolume",
  "EnableImageDeprecation",
  "ModifyImageAttribute",
  "ModifySnapshotAttribute",
  "CreateTags",
  "EnableImageDeregistrationProtection",
];
const UNDOING = ["DetachVolume", "DeleteVolume"];
const ALL = [...READING, ...MAKING, ...CHANGING, ...UNDOING];

describe("faults that pass", (test) => {
  for (const action of ALL) {
    test.unless(unable, `${action} throttled three times`, succeeds([throttled(action)]));
    test.unless(unable, `${action} broken three times`, succeeds([broken(action)]));
    test.unless(unable, `${action} done, its answer lost`, succeeds([lost(action)]));
  }
  for (const action of MAKING)
    test.unless(unable, `what ${action} makes is not found for three seconds`, succeeds([hidden(action)]));
  for (const action of MAKING)
    test.unless(
      unable,
      `${action}: its answer lost, and what it made not found`,
      succeeds([{ ...hidden(action), drop: true }]),
    );
  test.unless(
    unable,
    "an attachment that never ends, of a disk that the kernel shows",
    succeeds([stuck("AttachVolume")]),
  );
  test.unless(unable, "everything throttled three times", succeeds(ALL.map(throttled)));
  test.unless(unable, "everything lost once", succeeds(ALL.map(lost)));
});

describe("faults that do not", (test) => {
  for (const action of [...READING, ...MAKING, ...CHANGING])
    test.unless(unable, `${action} denied`, fails([denied(action)], `${action}: UnauthorizedOperation: No.`));
  for (const [action, skip] of [
    ["DescribeImages", 3],
    ["DescribeVolumes", 1],
  ] as const) {
    const late = { ...denied(action), skip };
    test.unless(unable, `${action} denied while waiting`, fails([late], `${action}: UnauthorizedOperation: No.`));
  }
  for (const action of MAKING)
    test.unless(unable, `${action} never done`, fails([stuck(action)], ": still not ready after "));
  for (const action of MAKING)
    test.unless(unable, `${action} ends in a failure`, fails([{ action, failed: true }], "it is in state "));
  for (const [what, next] of [
    ["CreateVolume", "AttachVolume"],
    ["CreateSnapshot", "RegisterImage"],
    ["RegisterImage", "CopyImage"],
    ["CopyImage", "CreateTags"],
  ] as const) {
    const error = `${next}: UnauthorizedOperation: No.`;
    test.unless(unable, `${next} denied, the answer to ${what} lost`, fails([lost(what), denied(next)], error));
    test.unless(unable, `${next} denied, what ${what} made not found yet`, fails([hidden(what), denied(next)], error));
  }
  // What CreateSnapshot made is looked for before it is made again.
  for (const action of MAKING.filter((each) => each !== "CreateSnapshot")) {
    const gone = [{ ...hidden(action), drop: true }, denied(action)];
    test.unless(unable, `${action} lost, then denied`, fails(gone, `${action}: UnauthorizedOperation: No.`));
  }
  test.unless(
    unable,
    "decode_authorization_messages: STS says what a refusal means",
    onAccount(async (account, before) => {
      const { message } = await build(account, [{ action: "CreateVolume", code: "UnauthorizedOperation" }], true);
      assert.match(message, /^CreateVolume: UnauthorizedOperation: .*\{"allowed":false,.*"action":"ec2:CreateVolume"/);
      assert.equal(await holdings(account), before);
    }),
  );
  for (const action of UNDOING)
    test.unless(unable, `${action} denied: says what is left, and cleanup gives it back`, leaves([denied(action)]));
  test.unless(
    unable,
    "a copy whose answer was lost, and whose snapshot may not be deleted at first: cleanup finds that without the copy",
    onAccount(async (account, before) => {
      const faults = [{ ...hidden("CopyImage"), drop: true }, denied("CopyImage"), denied("DeleteSnapshot")];
      const { ok, url } = await build(account, faults);
      assert.not.ok(ok);
      assert.not.equal(await holdings(account), before);
      assert.is((await cleanUp(account, url)).left, 0);
      assert.equal(await holdings(account), before);
    }),
  );
  test.unless(unable, "DetachVolume never done: says what is left", leaves([stuck("DetachVolume")], "still not ready"));
  test("removes its folder", closeAccounts);
});

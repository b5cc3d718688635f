// A build that fails late, while what it would take back can't be: it says what is left, and cleanup gives that back.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Fault } from "../../builders/amazon-chroot/local-ec2/faults.js";
import { NEVER } from "../../builders/amazon-chroot/local-ec2/model.js";
import { describe } from "../support/describe.js";
import {
  type Account,
  type Built,
  build,
  cleanUp,
  closeAccounts,
  denied,
  holdings,
  onAccount,
  stuck,
  unable,
} from "../support/faulty-account.js";

/** After the AMI and its copy are there. */
const LATE = denied("CreateTags");

/** For longer than any call is repeated. */
const forEver = (action: string, code: string): Fault => ({ action, code, message: "No.", times: 999 });

const idsOf = (left: readonly string[], before: readonly string[]): readonly string[] =>
  left.filter((id) => !before.includes(id));

/** The build fails with its own error, names each thing that it leaves by its id and its region, and keeps it in its journal. */
async function leaves(account: Account, before: readonly string[], faults: readonly Fault[], late = LATE) {
  const built = await build(account, [late, ...faults]);
  assert.not.ok(built.ok);
  const left = idsOf(await holdings(account), before);
  assert.ok(left.length > 0);
  assert.match(built.message, `${late.action}: UnauthorizedOperation: No.; then clean-up failed, and left `);
  assert.match(built.message, /: `pkrts cleanup` tries again$/);
  for (const id of left) assert.ok(built.message.includes(id), `${id} is not in: ${built.message}`);
  assert.match(built.message, /in (us-east-1|eu-west-1)/);
  return { ...built, left };
}

/** Then, as long as EC2 does not let it, cleanup says so; once EC2 does, everything goes. */
async function thenGone(
  account: Account,
  before: readonly string[],
  { url, left }: Built & { readonly left: readonly string[] },
  faults: readonly Fault[],
): Promise<void> {
  const vain = await cleanUp(account, url, faults);
  assert.ok(vain.left > 0, vain.said);
  for (const id of left) assert.ok(vain.said.includes(id), `${id} is not in: ${vain.said}`);
  const cleaned = await cleanUp(account, url);
  assert.is(cleaned.left, 0, cleaned.said);
  assert.equal(await holdings(account), before);
  assert.equal(await cleanUp(account, url), { left: 0, said: "Nothing is left." });
}

const UNDOING = ["DeregisterImage", "DeleteSnapshot", "DeleteVolume"];
const CODES = ["UnauthorizedOperation", "RequestLimitExceeded", "InternalError"];

describe("a rollback that fails", (test) => {
  for (const action of UNDOING)
    for (const code of CODES)
      test.unless(
        unable,
        `${action}: ${code}: says what is left, and cleanup gives it back`,
        onAccount(async (account, before) => {
          const faults = [forEver(action, code)];
          const built = await leaves(account, before, faults);
          assert.ok(built.said.includes(`${action}: ${code}: No.`), built.said);
          await thenGone(account, before, built, faults);
        }),
      );
  test.unless(
    unable,
    "of nothing at all: everything is named",
    onAccount(async (account, before) => {
      const faults = UNDOING.map((action) => forEver(action, "UnauthorizedOperation"));
      const built = await leaves(account, before, faults);
      assert.equal(
        built.left.map((id) => id.split("-")[0]),
        ["ami", "ami", "snap", "snap", "vol"],
      );
      await thenGone(account, before, built, faults);
    }),
  );
  test.unless(
    unable,
    "of an AMI that is protected already",
    onAccount(async (account, before) => {
      const protecting = { ...denied("EnableImageDeregistrationProtection"), skip: 1 };
      const faults = [forEver("DisableImageDeregistrationProtection", "UnauthorizedOperation")];
      const built = await leaves(account, before, faults, protecting);
      await thenGone(account, before, built, faults);
    }),
  );
  test.unless(
    unable,
    "a detachment that does not end: the volume is left, and cleanup waits for it",
    onAccount(async (account, before) => {
      const { message, url } = await build(account, [stuck("DetachVolume")]);
      const left = idsOf(await holdings(account), before).filter((id) => id.startsWith("vol-"));
      assert.is(left.length, 1);
      assert.match(message, /clean-up failed, and left .*attachment of vol-\w+ to i-\w+ as \/dev\/sd\w/);
      assert.ok(message.includes(`temporary volume ${left[0]} in us-east-1`), message);
      const vain = await cleanUp(account, url);
      assert.is(vain.left, 2, vain.said);
      assert.match(vain.said, `detachment of ${left[0]}: still not ready after `);
      settle(account);
      const cleaned = await cleanUp(account, url);
      assert.is(cleaned.left, 0, cleaned.said);
      assert.equal(
        (await holdings(account)).filter((id) => id.startsWith("vol-")),
        [],
      );
    }),
  );
  test("removes its folder", closeAccounts);
});

/** What never ended in the account has, by now. */
function settle({ folder }: Account): void {
  const file = join(folder, "ec2/state.json");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(String(NEVER), String(Date.now())));
}

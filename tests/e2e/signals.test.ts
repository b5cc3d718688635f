// A build that is interrupted, or whose provisioner fails, leaves nothing: no process, no mount, no volume.
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const template = (sourceAmi: string, inline: string): string => `
source "amazon-chroot" "s" {
  region     = "us-east-1"
  source_ami = "${sourceAmi}"
  ami_name   = "interrupted {{uuid}}"
}
build {
  sources = ["source.amazon-chroot.s"]
  provisioner "shell" {
    inline = [${JSON.stringify(inline)}]
  }
}
`;

// The shell has a child and a grandchild, the grandchild ignores TERM, and a fourth has left the process group.
const STUBBORN = "sh -c 'trap \"\" TERM; sleep 997 & sleep 998' & setsid sleep 996 & echo started; sleep 999";

const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;

async function buildWith(at: Workshop, inline: string, onOutput?: (output: string, child: ChildProcess) => void) {
  const file = join(at.folder, "t.pkr.hcl");
  writeFileSync(file, template(at.sourceAmi, inline));
  return at.run(["build", "-local", file], onOutput === undefined ? {} : { onOutput });
}

function whenStarted(act: (child: ChildProcess) => void): (output: string, child: ChildProcess) => void {
  let done = false;
  return (output, child) => {
    if (done || !output.includes(": started")) return;
    done = true;
    act(child);
  };
}

const asShop = sharing(shop);

describe("a build that does not come to its end", (test) => {
  for (const [signal, exit] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test.unless(
      unable,
      `${signal} in the middle of a provisioner: cleaned up, exit ${exit}`,
      asShop(async (at) => {
        const { code, stdout, stderr } = await buildWith(
          at,
          STUBBORN,
          whenStarted((child) => child.kill(signal)),
        );
        assert.is(code, exit, `${stdout}${stderr}`);
        assert.match(stdout, "Cleanly cancelled builds after being interrupted.");
        assert.equal(await at.leftovers(), []);
      }),
    );
  }
  test.unless(
    unable,
    "a failing provisioner: cleaned up, exit 1",
    asShop(async (at) => {
      const { code, stdout } = await buildWith(at, "echo doomed; exit 7");
      assert.is(code, 1);
      assert.match(stdout, "Script exited with non-zero exit status: 7. Allowed exit codes are: [0]");
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "SIGKILL leaves a journal, from which cleanup finishes the work, twice the same",
    asShop(async (at) => {
      const killed = await buildWith(
        at,
        "echo started; sleep 994",
        whenStarted((child) => child.kill("SIGKILL")),
      );
      assert.is(killed.signal, "SIGKILL");
      assert.not.equal(await at.leftovers(), []);
      const first = await at.run(["cleanup", "-yes"]);
      assert.is(first.code, 0, `${first.stdout}${first.stderr}`);
      assert.equal(await at.leftovers(), []);
      assert.is((await at.run(["cleanup", "-yes"])).code, 0);
    }),
  );
  test.unless(unable, "closes the workshop", () => shop?.close());
});

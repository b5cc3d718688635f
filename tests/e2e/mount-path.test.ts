// One folder to mount on for several builds, of one run and of two.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;

/** Not in the workshop, whose folder is removed whatever is mounted there. */
const imageOf = ({ folder }: Workshop): string => `${folder}-image`;

/** Builds `names` at once, mounted at `place`: all at the same; `line`: what runs in each. */
function build(
  at: Workshop,
  names: readonly string[],
  line: string,
  place: (name: string) => string = () => imageOf(at),
) {
  const source = (name: string): string => `source "amazon-chroot" "${name}" {
  region     = "us-east-1"
  source_ami = "${at.sourceAmi}"
  ami_name   = "${name}"
  mount_path = "${place(name)}"
}
`;
  const file = join(at.folder, `${names.join("-")}.pkr.hcl`);
  writeFileSync(
    file,
    `${names.map(source).join("")}build {
  sources = ${JSON.stringify(names.map((name) => `source.amazon-chroot.${name}`))}
  provisioner "shell" {
    inline = [${JSON.stringify(line)}]
  }
}
`,
  );
  return at.run(["build", "-local", file]);
}

const asShop = sharing(shop);

describe("a mount_path of several builds", (test) => {
  test.unless(
    unable,
    "is one's after another's in a run",
    asShop(async (at) => {
      const own = "[ ! -e /etc/mine ]; touch /etc/mine; sleep 1; [ -e /etc/mine ]";
      const { code, stdout, stderr } = await build(at, ["first", "second"], own);
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, /Waiting for \S+-image: amazon-chroot\.\w+ uses it/);
      assert.equal(await at.leftovers(), []);
      assert.not(existsSync(imageOf(at)));
    }),
  );
  test.unless(
    unable,
    "is the first's where another run wants it",
    asShop(async (at) => {
      const first = build(at, ["alone"], "while ! [ -e /etc/go ]; do sleep 0.1; done");
      for (let look = 0; look < 500 && !existsSync(join(imageOf(at), "etc")); look += 1) await setTimeout(20);
      try {
        const second = await build(at, ["late"], "true");
        assert.is(second.code, 1, second.stdout + second.stderr);
        assert.match(second.stdout, /amazon-chroot\.alone of process \d+ uses \S+-image: with {{\.Device}} in it/);
      } finally {
        writeFileSync(join(imageOf(at), "etc/go"), "");
        const { code, stdout, stderr } = await first;
        assert.is(code, 0, stdout + stderr);
      }
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "is taken away with the last of those that are mounted below a folder",
    asShop(async (at) => {
      const below = (name: string): string => `${imageOf(at)}/${name}`;
      const { code, stdout, stderr } = await build(at, ["left", "right"], "sleep 1", below);
      assert.is(code, 0, stdout + stderr);
      assert.not(existsSync(imageOf(at)));
    }),
  );
  test.unless(
    unable,
    "and a device by both of its names, is waited for",
    asShop(async (at) => {
      const device = (name: string): string => `/dev/${name === "xen" ? "xvd" : "sd"}p`;
      const { code, stdout, stderr } = await build(
        at,
        ["xen", "scsi"],
        "true",
        (name) => `${imageOf(at)}/${name}"\n  device_path = "${device(name)}`,
      );
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, /Waiting for \/dev\/(xvd|sd)p: amazon-chroot\.\w+ uses it/);
    }),
  );
  test.unless(unable, "closes the workshop", () => shop?.close());
});

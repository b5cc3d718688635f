// A build that is killed at whatever moment: cleanup finishes it, twice the same, and never touches a build that lives.
import type { ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Finished } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { openWorkshop, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const AT_ONCE = 7;

const template = (ami: string, inline: string): string => `source "amazon-chroot" "s" {
  region      = "us-east-1"
  source_ami  = "${ami}"
  ami_name    = "swept {{uuid}}"
  ami_regions = ["eu-west-1"]
  tags        = { Name = "swept" }
}
build {
  sources = ["source.amazon-chroot.s"]
  provisioner "shell" {
    inline = [${JSON.stringify(inline)}]
  }
}
`;

interface Journal {
  readonly pid: number;
  readonly entries: number;
}

function journals(at: Workshop): readonly Journal[] {
  const folder = join(at.folder, "state/pkrts/runs");
  return namesIn(folder).flatMap((name) => {
    const lines = textOf(join(folder, name)).split("\n");
    const pid = /"pid":(\d+)/.exec(lines[0] ?? "")?.[1];
    return pid === undefined ? [] : [{ pid: Number(pid), entries: lines.length - 2 }];
  });
}

const unlessGone = <T>(body: () => T, other: T): T => {
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return other;
    throw error;
  }
};
const namesIn = (folder: string): readonly string[] => unlessGone(() => readdirSync(folder), []);
const textOf = (path: string): string => unlessGone(() => readFileSync(path, "utf8"), "");

/** Builds, and kills it as soon as its journal has `entries`. Gives whether it came so far. */
async function buildUntil(at: Workshop, entries: number): Promise<boolean> {
  let child: ChildProcess | undefined;
  const timer = setInterval(() => {
    const own = journals(at).find(({ pid }) => pid === child?.pid);
    if (own !== undefined && own.entries >= entries) child?.kill("SIGKILL");
  }, 1);
  const { code, signal, stdout } = await at.run(["build", "-local", "sweep.pkr.hcl"], {
    onOutput: (_, started) => {
      child = started;
    },
  });
  clearInterval(timer);
  assert.ok(signal === "SIGKILL" || code === 0, stdout);
  return signal === "SIGKILL";
}

const json = async (at: Workshop, what: string): Promise<readonly { readonly id?: string }[]> =>
  JSON.parse((await at.run(["ec2", what, "-json"])).stdout);

/** Snapshots that no AMI has. */
async function orphans(at: Workshop): Promise<readonly string[]> {
  const images = JSON.stringify(await json(at, "images"));
  const snapshots = JSON.stringify(await json(at, "snapshots")).match(/snap-[0-9a-f]{17}/g) ?? [];
  return snapshots.filter((id) => !images.includes(id));
}

async function cleanUpTwice(at: Workshop): Promise<void> {
  const first = await at.run(["cleanup", "-yes"]);
  assert.is(first.code, 0, first.stdout + first.stderr);
  const second = await at.run(["cleanup", "-yes"]);
  assert.equal([second.code, second.stdout], [0, "Nothing is left.\n"]);
}

/** Returns once it waits in its provisioner. */
async function liveBuild(at: Workshop): Promise<{ readonly end: Promise<Finished> }> {
  let end: Promise<Finished> | undefined;
  await new Promise<void>((resolve) => {
    const onOutput = (output: string): void => {
      if (output.includes(": waiting")) resolve();
    };
    end = at.run(["build", "-local", "live.pkr.hcl"], { onOutput });
    void end.then(() => resolve());
  });
  if (end === undefined) throw new Error("was not started");
  return { end };
}

describe("builds that are killed at each entry of their journals", (test) => {
  test.unless(unable, "leave nothing once cleanup has run, and a live build beside them ends well", async () => {
    const at = await openWorkshop();
    try {
      writeFileSync(join(at.folder, "sweep.pkr.hcl"), template(at.sourceAmi, "sleep 1000 & true"));
      writeFileSync(
        join(at.folder, "live.pkr.hcl"),
        template(at.sourceAmi, "echo waiting; while ! [ -e /opt/go ]; do sleep 0.2; done; echo went on").replace(
          "tags ",
          `chroot_mounts = [["proc", "proc", "/proc"], ["bind", "${at.folder}/gate", "/opt"]]\n  tags `,
        ),
      );
      mkdirSync(join(at.folder, "gate"));
      const live = await liveBuild(at);
      let reached = 0;
      for (let more = true; more; ) {
        const wanted = Array.from({ length: AT_ONCE }, (_, i) => reached + 1 + i);
        const killed = await Promise.all(wanted.map((entries) => buildUntil(at, entries)));
        reached += AT_ONCE;
        more = killed.every(Boolean);
        await cleanUpTwice(at);
        assert.is((await json(at, "volumes")).length, 1, "the live build's");
        assert.equal(await orphans(at), []);
        assert.is(journals(at).length, 1);
      }
      assert.ok(reached > 30, `only ${reached} entries`);
      writeFileSync(join(at.folder, "gate/go"), "");
      const { code, stdout, stderr } = await live.end;
      assert.is(code, 0, stdout + stderr);
      assert.match(stdout, "went on");
      assert.equal(await at.leftovers(), []);
    } finally {
      at.close();
    }
  });
});

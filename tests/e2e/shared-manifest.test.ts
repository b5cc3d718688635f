// 50 builds in each of four processes append to one manifest, while somebody reads it and one process is killed and started again.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";

const program = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "pkrts.cjs");
const BUILDS = 50;
const PROCESSES = 4;

/** 50 file builders of names of their own, all with the same manifest. */
function template(process: number): string {
  const names = Array.from({ length: BUILDS }, (_, i) => `p${process}b${i}`);
  const sources = names.map(
    (name) => `source "file" "${name}" {\n  target  = "out/${name}.txt"\n  content = "${name}"\n}\n`,
  );
  return `${sources.join("")}build {
  sources = [${names.map((name) => `"file.${name}"`).join(", ")}]
  post-processor "manifest" {
    output      = "shared.json"
    custom_data = { process = "${process}" }
  }
}
`;
}

interface Manifest {
  readonly builds: readonly { readonly name: string; readonly files: readonly object[] }[];
}

/** Reads the manifest again and again; what it ever held stays in it. */
function reader(path: string) {
  const seen = new Set<string>();
  const troubles: string[] = [];
  let reads = 0;
  const look = (): void => {
    if (!existsSync(path)) return;
    reads += 1;
    try {
      const { builds } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
      const names = new Set(builds.map(({ name }) => name));
      for (const name of seen) if (!names.has(name)) troubles.push(`${name} was there, and is lost`);
      for (const name of names) seen.add(name);
    } catch (error) {
      troubles.push(String(error));
    }
  };
  const timer = setInterval(look, 2);
  return { stop: () => clearInterval(timer), look, troubles, reads: () => reads, seen };
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.on("close", (code) => resolve(code)));

const until = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 6000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
};

function started(folder: string, index: number): ChildProcess {
  const env = { ...process.env, XDG_STATE_HOME: join(folder, "state") };
  return spawn(process.execPath, [program, "build", `t${index}.pkr.hcl`], { cwd: folder, env, stdio: "ignore" });
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-shared-"));
  try {
    for (let i = 0; i < PROCESSES; i++) writeFileSync(join(folder, `t${i}.pkr.hcl`), template(i));
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("one manifest, four processes of 50 builds", (test) => {
  test("200 entries, and valid JSON whenever it is read", () =>
    inFolder(async (folder) => {
      const path = join(folder, "shared.json");
      const reading = reader(path);
      const children = Array.from({ length: PROCESSES }, (_, i) => started(folder, i));
      assert.equal(await Promise.all(children.map(ended)), [0, 0, 0, 0]);
      reading.stop();
      reading.look();
      assert.equal(reading.troubles, []);
      assert.ok(reading.reads() > 100, `only ${reading.reads()} reads`);
      const { builds } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
      assert.is(builds.length, BUILDS * PROCESSES);
      assert.is(new Set(builds.map(({ name }) => name)).size, BUILDS * PROCESSES);
      assert.equal(
        readdirSync(folder).filter((name) => /shared\.json./.test(name)),
        [],
      );
    }));

  test("none is lost when one process is killed in the middle; the others take its lock over", () =>
    inFolder(async (folder) => {
      const path = join(folder, "shared.json");
      const reading = reader(path);
      const [victim, ...others] = Array.from({ length: PROCESSES }, (_, i) => started(folder, i));
      assert.ok(victim);
      const isHalfWay = (): boolean => [...reading.seen].filter((name) => name.startsWith("p0")).length >= 5;
      await until(isHalfWay);
      victim.kill("SIGKILL");
      const codes = await Promise.all(others.map(ended));
      assert.equal(codes, [0, 0, 0]);
      reading.stop();
      reading.look();
      assert.equal(reading.troubles, []);
      const { builds } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
      const of = (index: number): number => builds.filter(({ name }) => name.startsWith(`p${index}b`)).length;
      assert.equal([of(1), of(2), of(3)], [BUILDS, BUILDS, BUILDS]);
      assert.ok(of(0) >= 5 && of(0) < BUILDS, `${of(0)} of the one that was killed`);
    }));
});

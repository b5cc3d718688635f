import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const dist = join(root, "dist");
const TEMPLATE = join(root, "fixtures/builds/basic/template.pkr.hcl");
const VALIDATE = ["validate", "-var", "source_ami=ami-0123456789abcdef0", TEMPLATE];

/** Notes each chunk of the bundle that begins to run: the launcher's scripts give objects, chunk → function. */
const HOOK = `
  const fs = require("node:fs");
  const { Script } = require("node:vm");
  const run = Script.prototype.runInThisContext;
  Script.prototype.runInThisContext = function (...options) {
    const chunks = run.apply(this, options);
    const noted = ([name, chunk]) => [name, (...args) => { fs.appendFileSync(process.env.PKRTS_TEST_LOG, name + "\\n"); chunk(...args); }];
    return Object.fromEntries(Object.entries(chunks).map(noted));
  };`;

/** Which chunks of the bundle a command runs. */
function chunksOf(argv: readonly string[], input = ""): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-chunks-"));
  try {
    const log = join(folder, "ran");
    const hook = join(folder, "hook.cjs");
    writeFileSync(hook, HOOK);
    const { status, stderr } = spawnSync(process.execPath, ["-r", hook, join(dist, "pkrts.cjs"), ...argv], {
      input,
      encoding: "utf8",
      env: { ...process.env, PKRTS_TEST_LOG: log },
    });
    assert.is(status, 0, stderr);
    return readFileSync(log, "utf8").trim().split("\n").sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Packages, and rooms of our own, that the chunks hold. */
function contents(chunks: readonly string[]): {
  readonly packages: readonly string[];
  readonly modules: readonly string[];
} {
  const table = JSON.parse(readFileSync(join(dist, "cli/modules.json"), "utf8")) as Record<string, readonly string[]>;
  const modules = chunks.flatMap((chunk) => table[chunk] ?? []);
  const packages = modules.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return { packages: [...new Set(packages)].sort(), modules };
}

const PARSER = ["@chevrotain/gast", "@chevrotain/utils", "chevrotain", "lodash-es"];

describe("what a command loads", (test) => {
  test("validate: the language and the schemas, and nothing that builds", () => {
    const { packages, modules } = contents(chunksOf(VALIDATE));
    assert.equal(packages, PARSER);
    const doing = modules.filter((path) =>
      /^(builders\/amazon-chroot\/(local-ec2|aws|host)\/|runtime\/(build|steps)\/)/.test(path),
    );
    assert.equal(doing, []);
  });

  test("validate: nothing that is loaded by its first call, where nothing is wrong", () => {
    const doors = chunksOf(VALIDATE).filter((chunk) => /^(lang|chevrotain)-/.test(chunk));
    assert.equal(doors, []);
  });

  test("validate: the reader of legacy templates for one of them", () => {
    const folder = mkdtempSync(join(tmpdir(), "pkrts-legacy-"));
    const legacy = join(folder, "template.json");
    writeFileSync(legacy, JSON.stringify({ builders: [{ type: "null", communicator: "none" }] }));
    assert.ok(chunksOf(["validate", legacy]).includes("lang-legacy-index.cjs"));
    rmSync(folder, { recursive: true });
  });

  test("validate: the options of the components that the template uses", () => {
    const { modules } = contents(chunksOf(VALIDATE));
    const components = modules.flatMap((path) => /^schemas\/components\/(.*)\.gen\.ts$/.exec(path)?.[1] ?? []);
    assert.equal(components.sort(), ["amazon-chroot", "manifest", "shell"]);
  });

  for (const [call, name] of [
    ['bcrypt("a", 4)', "bcryptjs"],
    ['regex("a+", "baa")', "re2js"],
    ['textencodebase64("a", "utf-16le")', "iconv-lite"],
    ['yamldecode("a")', "yaml"],
  ] as const) {
    test(`console: ${name} for who calls ${call.replace(/\(.*/, "")}()`, () => {
      assert.ok(contents(chunksOf(["console"], call)).packages.includes(name));
      assert.not.ok(contents(chunksOf(["console"], "1")).packages.includes(name));
    });
  }

  test("validate: nothing that Node means to do without", () => {
    const flags = ["--pending-deprecation", "--throw-deprecation"];
    const { status, stderr } = spawnSync(process.execPath, [...flags, join(dist, "pkrts.cjs"), ...VALIDATE], {
      encoding: "utf8",
    });
    assert.is(status, 0, stderr);
    assert.is(stderr, "");
  });

  test("version: no package at all", () => {
    assert.equal(contents(chunksOf(["version"])).packages, []);
  });

  test("fmt: the parser, and what writes files", () => {
    const { packages } = contents(chunksOf(["fmt", "-check", TEMPLATE]));
    assert.equal(packages, [...PARSER, "diff"].sort());
  });
});

describe("what the bundle holds", (test) => {
  test("of EC2, the shapes of the calls that are made and of no others: each start would read all 800", () => {
    const folder = join(dist, "cli");
    const chunks = readdirSync(folder).filter((name) => name.endsWith(".cjs"));
    const text = chunks.map((name) => readFileSync(join(folder, name), "latin1")).join("");
    assert.ok(text.includes("CreateVolumeRequest"));
    assert.not.ok(text.includes("CreateVpcRequest"));
  });
});

/** A copy of dist/ of which the test may break what it likes. */
function withCopy(body: (program: string, cache: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-launcher-"));
  try {
    cpSync(dist, join(folder, "dist"), { recursive: true });
    body(join(folder, "dist/pkrts.cjs"), join(folder, "dist/cache"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function validates(
  program: string,
  env: NodeJS.ProcessEnv = {},
  operands: readonly string[] = VALIDATE.slice(1),
): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "validate", ...operands], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  assert.is(status, 0, stderr);
  assert.is(stdout, "The configuration is valid.\n");
}

/** As soon as the template is read: its variable has no value. */
function fails(program: string): void {
  const { status, stderr } = spawnSync(process.execPath, [program, "validate", TEMPLATE], { encoding: "utf8" });
  assert.is(status, 1, stderr);
}

/** Of this version of Node. */
const caches = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.startsWith("validate-") && name.includes(`-${process.version}-`));

describe("the code cache", (test) => {
  test("is made by the first run where there is none", () => {
    withCopy((program, cache) => {
      rmSync(cache, { recursive: true });
      validates(program);
      assert.is(caches(cache).length, 1);
    });
  });

  for (const [what, damage] of [
    ["cut off", (path: string) => truncateSync(path, 5000)],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["another text", (path: string) => writeFileSync(path, "not a cache\n")],
    ["of another version of V8", (path: string) => spoil(path)],
  ] as const) {
    test(`that is ${what} is ignored, and made anew`, () => {
      withCopy((program, cache) => {
        const path = join(cache, caches(cache)[0] ?? "");
        damage(path);
        const damaged = readFileSync(path);
        validates(program);
        assert.not.equal(readFileSync(path), damaged);
        validates(program);
      });
    });
  }

  test("of a run that failed is replaced by that of one that went well, and by no other then", () => {
    withCopy((program, cache) => {
      const path = join(cache, caches(cache)[0] ?? "");
      rmSync(path);
      fails(program);
      const made = [readFileSync(path)];
      for (const run of [fails, validates, validates, fails]) {
        run(program);
        made.push(readFileSync(path));
      }
      const [failed = Buffer.of(), again, warm = Buffer.of(), later, last] = made;
      assert.equal(again, failed);
      assert.ok(warm.length > failed.length, `${warm.length} bytes after ${failed.length}`);
      assert.equal(later, warm);
      assert.equal(last, warm);
    });
  });

  const otherV8 = process.versions.v8.startsWith("11.3.") ? undefined : "V8 is not the one of Node 20";
  test.unless(
    otherV8,
    "of a large template is another one, for V8 works with other settings: each is taken back as it was",
    () => {
      withCopy((program, cache) => {
        const folder = mkdtempSync(join(tmpdir(), "pkrts-large-"));
        const large = join(folder, "large.pkr.hcl");
        const comments = Array.from({ length: 2000 }, (_, i) => `# a comment that makes the file large: ${i}\n`).join(
          "",
        );
        writeFileSync(
          large,
          `${comments}source "null" "a" {\n  communicator = "none"\n}\nbuild {\n  sources = ["null.a"]\n}\n`,
        );
        const contentsOf = (): readonly string[] =>
          caches(cache).map((name) => readFileSync(join(cache, name), "latin1"));
        for (const path of [large, folder]) {
          validates(program, {}, [path]);
          assert.is(caches(cache).filter((name) => name.startsWith("validate-large-")).length, 1);
        }
        const made = contentsOf();
        validates(program, {}, [large]);
        validates(program);
        assert.equal(contentsOf(), made);
        rmSync(folder, { recursive: true });
      });
    },
  );

  test("goes to the user's own folder where the program's can't be written", () => {
    withCopy((program, cache) => {
      rmSync(cache, { recursive: true });
      writeFileSync(cache, "a file where the folder would be");
      const home = mkdtempSync(join(tmpdir(), "pkrts-cache-"));
      validates(program, { XDG_CACHE_HOME: home });
      assert.is(caches(join(home, "pkrts")).length, 1);
      validates(program, { XDG_CACHE_HOME: home });
      rmSync(home, { recursive: true });
    });
  });
});

/** Flips the version hash of the first chunk's data: V8 must refuse it. */
function spoil(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf("\n") + 5;
  bytes.writeUInt8((bytes[at] ?? 0) ^ 0xff, at);
  writeFileSync(path, bytes);
}

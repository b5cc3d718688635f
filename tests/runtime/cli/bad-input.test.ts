// Files that are no templates: what validate says of them, as a process and with real files.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { nullBuild, withFiles } from "../../support/template-files.js";
import { whyNoTool } from "../../support/workshop.js";

const GOOD = nullBuild("");
const LEGACY = '{"builders": [{"type": "null", "communicator": "none", "name": "café"}]}';
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

/** Never a stack trace, never a signal. */
function sane({ code, signal, stderr, stdout }: Finished): string {
  assert.is(signal, null, stderr);
  assert.ok(code === 0 || code === 1, `${code}: ${stderr}`);
  assert.not.match(stderr, /^\s+at .+:\d+:\d+/m);
  assert.not.match(stderr, "bug in pkrts");
  return `${stdout}${stderr}`;
}

/** What validate says of `path` in a folder with these files. */
async function said(files: Readonly<Record<string, string | Uint8Array>>, path = "."): Promise<string> {
  return withFiles(files, async (folder) => sane(await pkrts(["validate", path], { cwd: folder })));
}

const VALID = "The configuration is valid.\n";

describe("encodings", (test) => {
  test("a byte order mark and Windows line breaks are fine", async () => {
    assert.is(await said({ "t.pkr.hcl": `\ufeff${GOOD}` }), VALID);
    assert.is(await said({ "t.pkr.hcl": GOOD.replaceAll("\n", "\r\n") }), VALID);
    assert.is(await said({ "t.pkr.hcl": `\ufeff${GOOD.replaceAll("\n", "\r\n")}` }), VALID);
  });

  test("a lone carriage return is told at its place", async () => {
    assert.match(
      await said({ "t.pkr.hcl": GOOD.replaceAll("\n", "\r") }),
      /Error: Invalid character\n\n {2}on t\.pkr\.hcl line 1/,
    );
  });

  test("bytes that are no UTF-8: where, and what they should be", async () => {
    const latin = bytes(`locals {\n  a = "caf\u00e9"\n}\n${GOOD}`);
    const told = await said({ "t.pkr.hcl": latin });
    assert.match(told, /Error: Invalid character encoding\n\n {2}on t\.pkr\.hcl line 2, in locals:\n.*\n {15,}\^\n/);
    assert.match(told, "Template files must be UTF-8.");
    assert.match(await said({ "t.pkr.json": bytes('{"locals": {"a": "caf\u00e9"}}') }), "UTF-8");
    assert.match(
      await said({ "t.pkr.hcl": GOOD, "a.auto.pkrvars.hcl": bytes('a = "\u00e9"\n') }),
      "Invalid character encoding",
    );
  });

  test("a legacy template: Packer replaces the byte, so it is a warning; a mark and UTF-16 are mistakes", async () => {
    const told = await said({ "t.json": bytes(LEGACY) }, "t.json");
    assert.match(told, /The configuration is valid\.\n.*Warning: Invalid character encoding/s);
    assert.match(await said({ "t.json": `\ufeff${LEGACY}` }, "t.json"), "starts with a byte order mark");
    assert.match(await said({ "t.json": Buffer.from(`\ufeff${LEGACY}`, "utf16le") }, "t.json"), "is written in UTF-16");
  });
});

describe("paths", (test) => {
  test("a folder without a template, an empty file, a file of another name", async () => {
    assert.match(await said({ "readme.md": "" }), "Could not find any config file in .");
    assert.match(await said({ "t.pkr.hcl": "" }), "Error: Missing build block");
    assert.match(await said({ "t.json": "" }, "t.json"), "unexpected end of JSON input");
    assert.match(await said({ "t.hcl": GOOD }, "t.hcl"), "Files of HCL2");
  });

  test("links: to files they are followed, in loops they are told", async () => {
    await withFiles({ "real/t.pkr.hcl": GOOD }, async (folder) => {
      mkdirSync(join(folder, "linked"));
      symlinkSync("../real/t.pkr.hcl", join(folder, "linked/a.pkr.hcl"));
      assert.is(sane(await pkrts(["validate", "linked"], { cwd: folder })), VALID);
      mkdirSync(join(folder, "loops"));
      symlinkSync("b.pkr.hcl", join(folder, "loops/a.pkr.hcl"));
      symlinkSync("a.pkr.hcl", join(folder, "loops/b.pkr.hcl"));
      symlinkSync("round", join(folder, "round"));
      for (const path of ["loops", "loops/a.pkr.hcl", "round"])
        assert.match(sane(await pkrts(["validate", path], { cwd: folder })), "too many levels of symbolic links");
      symlinkSync("nowhere", join(folder, "loops/c.pkr.hcl"));
      assert.match(
        sane(await pkrts(["validate", "loops"], { cwd: folder })),
        "loops/c.pkr.hcl: no such file or directory",
      );
    });
  });

  test("a folder that is called like a file", async () => {
    assert.is(await said({ "t.pkr.hcl": GOOD, "x.pkr.hcl/inner.pkr.hcl": "not a { template" }), VALID);
    assert.is(await said({ "x.pkr.hcl/t.pkr.hcl": GOOD }, "x.pkr.hcl"), VALID);
  });

  test("a template from a pipe is read", async () => {
    await withFiles({ "t.json": LEGACY }, (folder) => {
      const script = `"$0" "$1" validate <(cat t.json)`;
      const out = execFileSync("bash", ["-c", script, process.execPath, join(process.cwd(), "dist/pkrts.cjs")], {
        cwd: folder,
      });
      assert.is(String(out), VALID);
    });
  });

  test.unless(
    process.getuid?.() === 0 ? whyNoTool("setpriv") : "needs root to become someone else",
    "a file and a folder that may not be read",
    async () => {
      await withFiles({ "d/t.pkr.hcl": GOOD, "closed/t.pkr.hcl": GOOD }, (folder) => {
        execFileSync("chmod", ["755", folder]);
        execFileSync("chmod", ["000", join(folder, "d/t.pkr.hcl"), join(folder, "closed")]);
        const script = `setpriv --reuid=65534 --regid=65534 --clear-groups "$0" "$1" validate "$2" 2>&1; echo "exit $?"`;
        const run = (path: string): string =>
          String(
            execFileSync("sh", ["-c", script, process.execPath, join(process.cwd(), "dist/pkrts.cjs"), path], {
              cwd: folder,
              // Somebody else can't write down what was covered either, and Node would say so.
              env: { ...process.env, NODE_V8_COVERAGE: "" },
            }),
          );
        assert.match(run("d"), /Error: Failed to read file\n\nd\/t\.pkr\.hcl: permission denied\n\nexit 1/);
        assert.match(run("closed"), /Error: Failed to read file\n\n.*closed: permission denied\n\nexit 1/);
      });
    },
  );
});

describe("size and depth", (test) => {
  const MEBIBYTE = 1024 * 1024;

  test("a file of 50 MB, or without end, is refused at once", async () => {
    await withFiles({ "t.pkr.hcl": GOOD, "v.pkrvars.hcl": "", "t.json": LEGACY }, async (folder) => {
      for (const name of ["t.pkr.hcl", "v.pkrvars.hcl", "t.json"]) truncateSync(join(folder, name), 50 * MEBIBYTE);
      for (const argv of [["t.json"], ["."], ["/dev/zero"], ["-var-file=v.pkrvars.hcl", "."]])
        assert.match(sane(await pkrts(["validate", ...argv], { cwd: folder })), "Error: File too large");
    });
  });

  test("of megabytes of anything, some mistakes are told", async () => {
    const size = 6 * MEBIBYTE;
    const texts: Readonly<Record<string, string>> = {
      "no characters at all": "\0".repeat(size),
      "characters that mean nothing": "@ '$".repeat(size / 4),
      "lines that are no items": "a\n".repeat(size / 2),
      "closing braces": "}".repeat(size),
      "one name": "a".repeat(size),
      "builds without a source": "build {}\n".repeat(size / 9 / 8),
    };
    for (const [what, text] of Object.entries(texts)) {
      await withFiles({ "t.pkr.hcl": text }, async (folder) => {
        const { length } = sane(await pkrts(["validate", "."], { cwd: folder }));
        assert.ok(length > 0 && length < 400_000, `${what}: ${length} characters`);
      });
    }
  });

  test("megabytes in one string, heredoc, comment or number are read", async () => {
    const size = 6 * MEBIBYTE;
    const values = [
      `"${"x".repeat(size)}"`,
      `"${"$".repeat(size)}"`,
      `<<E\n${"line\n".repeat(size / 5)}E`,
      `1 // ${"#".repeat(size)}`,
    ];
    for (const value of values) assert.is(await said({ "t.pkr.hcl": `locals {\n  a = ${value}\n}\n${GOOD}` }), VALID);
  });

  test("nesting beyond the limit is told where it begins", async () => {
    const deep = (open: string, close: string): string =>
      `locals {\n  a = ${open.repeat(5000)}1${close.repeat(5000)}\n}\n${GOOD}`;
    for (const [open, close] of [
      ["[", "]"],
      ["(", ")"],
      ["{a=", "}"],
      ['"${', '}"'],
    ] as const)
      assert.match(await said({ "t.pkr.hcl": deep(open, close) }), /nested too deeply\n\n {2}on t\.pkr\.hcl line 2/);
    const blocks = `${"build {\n".repeat(3000)}${"}\n".repeat(3000)}`;
    assert.match(await said({ "t.pkr.hcl": blocks }), /nested too deeply\n\n {2}on t\.pkr\.hcl line 251/);
    const json = `{"locals": {"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
    assert.match(await said({ "t.pkr.json": json }), "JSON nested too deeply");
    assert.match(await said({ "t.json": json }, "t.json"), "exceeded max depth");
  });
});

describe("blocks in several files", (test) => {
  test("that name the same thing are told at the second, with the place of the first", async () => {
    const files = {
      "a.pkr.hcl": `${GOOD}variable "v" {\n  default = 1\n}\nlocals {\n  l = 1\n}\ndata "null" "d" {\n  input = "x"\n}\n`,
      "b.pkr.hcl": 'variables {\n  v = 2\n}\nlocal "l" {\n  expression = 2\n}\n',
      "c.pkr.hcl": 'source "null" "n" {}\ndata "null" "d" {}\n',
    };
    const told = await said(files);
    for (const [summary, place, first] of [
      ["Duplicate variable", "b.pkr.hcl line 2, in variables", "a.pkr.hcl:9,1"],
      ["Duplicate local definition", "b.pkr.hcl line 4", "a.pkr.hcl:13,3"],
      ["Duplicate source block", "c.pkr.hcl line 1", "a.pkr.hcl:2,1"],
      ["Duplicate data block", "c.pkr.hcl line 2", "a.pkr.hcl:15,1"],
    ] as const) {
      assert.match(told, `Error: ${summary}\n\n  on ${place}`);
      assert.match(told.replaceAll(/\s+/g, " "), first);
    }
    assert.is((told.match(/^Error: /gm) ?? []).length, 4);
  });
});

describe("standard input", (test) => {
  test("holds a legacy template, or HCL with -config-type", async () => {
    assert.is(sane(await pkrts(["validate", "-"], { input: LEGACY })), VALID);
    assert.is(sane(await pkrts(["validate", "-config-type=hcl2", "-"], { input: GOOD })), VALID);
    assert.match(sane(await pkrts(["validate", "-"], { input: "" })), "unexpected end of JSON input");
  });
});

describe("a working directory that was deleted", (test) => {
  test("is told as what it is, whatever the command", () => {
    const program = join(process.cwd(), "dist", "pkrts.cjs");
    const line = `mkdir gone && cd gone && rmdir ../gone && exec ${process.execPath} ${program}`;
    return withFiles({}, (folder) => {
      for (const argv of ["version", "validate /", "build /"]) {
        const { status, stdout, stderr } = spawnSync("sh", ["-c", `${line} ${argv}`], {
          cwd: folder,
          encoding: "utf8",
        });
        assert.is(status, 1);
        assert.is(`${stdout}${stderr}`, "Error: the working directory does not exist any more.\n");
      }
    });
  });
});

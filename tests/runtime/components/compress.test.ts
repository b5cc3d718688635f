// What `compress` writes, judged by the tools of each format.
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { whyNoTool } from "../../support/workshop.js";

// Compressible and not, longer than a block of any format, not a multiple of one.
const CONTENT = Buffer.concat([randomBytes(300_001), Buffer.from("again and again ".repeat(20_000))]);
const sum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const template = (options: string): string => `source "file" "f" {
  target = "big.bin"
  source = "in.bin"
}
build {
  sources = ["file.f"]
  post-processor "compress" {
    ${options}
  }
}
`;

async function compressed<T>(
  options: string,
  look: (folder: string, finished: Finished) => T,
  more: { readonly command?: string; readonly env?: Readonly<Record<string, string>>; readonly content?: Buffer } = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-compress-"));
  try {
    writeFileSync(join(folder, "in.bin"), more.content ?? CONTENT);
    writeFileSync(join(folder, "t.pkr.hcl"), template(options));
    const env = { XDG_STATE_HOME: folder, ...more.env };
    return look(folder, await pkrts([more.command ?? "build", "t.pkr.hcl"], { cwd: folder, env }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const unpack = (tool: readonly string[], folder: string, file: string): Buffer => {
  const [program = "", ...flags] = tool;
  return execFileSync(program, [...flags, file], { cwd: folder, maxBuffer: 1 << 26 });
};

const FORMATS = [
  { ending: "gz", tool: "gzip", algorithm: "pgzip", cores: /\d+ cores/ },
  { ending: "bgzf", tool: "gzip", algorithm: "bgzf", cores: /\d+ cores/ },
  { ending: "lz4", tool: "lz4", algorithm: "lz4", cores: /\d+ cores/ },
  { ending: "xz", tool: "xz", algorithm: "xz", cores: /1 core/ },
  { ending: "bzip2", tool: "bzip2", algorithm: "bzip2", cores: /1 core/ },
] as const;

describe("compress", (test) => {
  for (const { ending, tool, algorithm, cores } of FORMATS) {
    // gzip looks at the name of a file, and knows no .bgzf.
    const reading = [tool, "-d", "-c", ...(ending === "bgzf" ? ["-S", ".bgzf"] : [])];
    test.unless(whyNoTool(tool), `.${ending}: ${tool} gets the file back, and Packer's messages are there`, () =>
      compressed(`output = "o.${ending}"`, (folder, { code, stdout, stderr }) => {
        assert.is(code, 0, `${stdout}${stderr}`);
        assert.is(sum(unpack(reading, folder, `o.${ending}`)), sum(CONTENT));
        assert.match(stdout, new RegExp(`Using ${algorithm} compression with ${cores.source} for o\\.${ending}\n`));
        assert.match(stdout, `==> file.f (compress): Archiving big.bin with ${algorithm}\n`);
        assert.match(stdout, `==> file.f (compress): Archive o.${ending} completed\n`);
        assert.is(existsSync(join(folder, "big.bin")), false);
      }),
    );
    test.unless(whyNoTool(tool), `.tar.${ending}: a tar inside`, () =>
      compressed(`output = "o.tar.${ending}"`, (folder, { stdout }) => {
        const tar = unpack(reading, folder, `o.tar.${ending}`);
        writeFileSync(join(folder, "o.tar"), tar);
        assert.is(execFileSync("tar", ["-tf", "o.tar"], { cwd: folder, encoding: "utf8" }), "big.bin\n");
        assert.is(sum(execFileSync("tar", ["-xOf", "o.tar"], { cwd: folder, maxBuffer: 1 << 26 })), sum(CONTENT));
        assert.match(stdout, `Tarring o.tar.${ending} with ${algorithm}\n`);
      }),
    );
    test.unless(whyNoTool(tool), `.${ending} with level 9, and of an empty file`, () =>
      compressed(
        `output = "o.${ending}"\ncompression_level = 9`,
        (folder, { code, stdout }) => {
          assert.is(code, 0, stdout);
          assert.is(unpack(reading, folder, `o.${ending}`).length, 0);
        },
        { content: Buffer.alloc(0) },
      ),
    );
  }
  test("bgzf: each member tells its size, none is larger than 64 KiB, the last is the end mark", () =>
    compressed(`output = "o.bgzf"`, (folder) => {
      const bytes = readFileSync(join(folder, "o.bgzf"));
      let members = 0;
      let start = 0;
      for (let size = 0; start < bytes.length; start += size) {
        assert.is(bytes.subarray(start, start + 4).toString("hex"), "1f8b0804");
        assert.is(bytes.subarray(start + 12, start + 14).toString(), "BC");
        size = bytes.readUInt16LE(start + 16) + 1;
        members += 1;
      }
      assert.is(start, bytes.length);
      assert.is(members, Math.ceil(CONTENT.length / 65_280) + 1);
      assert.is(bytes.subarray(-28).toString("hex"), "1f8b08040000000000ff0600424302001b0003000000000000000000");
    }));
  test.unless(whyNoTool("bgzip"), "bgzf: bgzip takes it", () =>
    compressed(`output = "o.bgzf"`, (folder) =>
      assert.is(sum(unpack(["bgzip", "-d", "-c"], folder, "o.bgzf")), sum(CONTENT)),
    ),
  );
  test("two builds that write one archive: it is one of theirs, and whole", () =>
    compressed(
      `output = "o.tar.gz"\n}\nsource "file.f" {\nname = "g"`,
      (folder, { code, stdout, stderr }) => {
        assert.is(code, 0, `${stdout}${stderr}`);
        assert.is(unpack(["tar", "-xzOf"], folder, "o.tar.gz").length, CONTENT.length);
        assert.equal(
          readdirSync(folder).filter((name) => name.startsWith("o.")),
          ["o.tar.gz"],
        );
      },
      { content: CONTENT },
    ));
  test("a program that is not there: an error before anything is built, none in validate", async () => {
    const bin = mkdtempSync(join(tmpdir(), "pkrts-bin-"));
    try {
      symlinkSync(process.execPath, join(bin, "node"));
      const env = { PATH: bin };
      await compressed(
        `output = "o.xz"`,
        (folder, { code, stderr }) => {
          assert.is(code, 1);
          assert.match(stderr, "compress needs the program xz, which is not on PATH");
          assert.is(existsSync(join(folder, "big.bin")), false);
        },
        { env },
      );
      await compressed(`output = "o.xz"`, (_folder, { code }) => assert.is(code, 0), { env, command: "validate" });
    } finally {
      rmSync(bin, { recursive: true, force: true });
    }
  });
});

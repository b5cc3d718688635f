// breakpoint, file, checksum and artifice through the built program, with no machine.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { whyNoTool } from "../../support/workshop.js";

async function inFolder(body: string, use: (folder: string, path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-components-"));
  const path = join(folder, "t.pkr.hcl");
  try {
    writeFileSync(path, body);
    await use(folder, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const build = (blocks: string): string => `
source "null" "n" { communicator = "none" }
source "file" "f" {
  target  = "f.txt"
  content = "hello\\n"
}
build {
  ${blocks}
}
`;
const ofNull = (block: string): string => build(`sources = ["null.n"]\n${block}`);
const ofFile = (block: string): string => build(`sources = ["file.f"]\n${block}`);

/** A block, and what validate must say; undefined: valid. */
const CHECKS: readonly (readonly [string, string | undefined])[] = [
  [`provisioner "file" { source = "t.pkr.hcl" }`, "Destination must be specified."],
  [
    `provisioner "file" {\nsource = "gone"\ndestination = "/x"\n}`,
    "Bad source 'gone': stat gone: no such file or directory",
  ],
  [`provisioner "file" {\nsource = "gone"\ngenerated = true\ndestination = "/x"\n}`, undefined],
  [`provisioner "file" {\nsource = "gone"\ndirection = "download"\ndestination = "x"\n}`, undefined],
  [
    `provisioner "file" {\ncontent = "c"\nsource = "t.pkr.hcl"\ndestination = "/x"\n}`,
    "source(s) conflicts with content.",
  ],
  [
    `provisioner "file" {\ncontent = "c"\ndirection = "sideways"\ndestination = "/x"\n}`,
    "Direction must be one of: download, upload.",
  ],
  [`provisioner "file" { destination = "/x" }`, undefined],
  [`provisioner "shell-local" {\ninline = ["true"]\nuse_linux_pathing = true\n}`, undefined],
  [`provisioner "breakpoint" { note = "look" }`, undefined],
  [`post-processor "checksum" { checksum_types = ["crc7"] }`, "Unrecognized checksum type: crc7"],
  [`post-processor "checksum" { output = "" }`, undefined],
  [`post-processor "compress" { compression_level = -1 }`, undefined],
  [`post-processor "compress" { compression_level = -5 }`, "Warning: "],
  [`post-processor "artifice" { files = [] }`, "No files specified in artifice configuration"],
];

describe("file, breakpoint, checksum, artifice", (test) => {
  for (const [block, wanted] of CHECKS) {
    test(`validate: ${block.replaceAll("\n", " ")}`, () =>
      inFolder(ofNull(block), async (folder, path) => {
        const { code, stdout, stderr } = await pkrts(["validate", path], { cwd: folder });
        assert.is(code, wanted === undefined || wanted === "Warning: " ? 0 : 1, stdout + stderr);
        assert.ok((stdout + stderr).replace(/\s*│?\s+/g, " ").includes(wanted ?? ""), stdout + stderr);
      }));
  }

  test("the file builder copies with mode 0644, whatever the source has; an empty source is none (cli-runtime 6.7)", async () => {
    const body = `source "file" "a" {\n  target = "a.txt"\n  source = "secret.txt"\n}\nsource "file" "b" {\n  target = "b.txt"\n  source = ""\n}\nbuild { sources = ["file.a", "file.b"] }\n`;
    await inFolder(body, async (folder, path) => {
      writeFileSync(join(folder, "secret.txt"), "x", { mode: 0o700 });
      const { code, stdout, stderr } = await pkrts(["build", path], { cwd: folder });
      assert.is(code, 0, stdout + stderr);
      assert.is(statSync(join(folder, "a.txt")).mode & 0o777, 0o644 & ~process.umask());
      assert.is(readFileSync(join(folder, "b.txt"), "utf8"), "");
      assert.match(stderr, "target will have no content");
    });
  });

  test("a breakpoint fails where there is no terminal; a disabled one does not (trap 47)", async () => {
    await inFolder(ofNull(`provisioner "breakpoint" { note = "N" }`), async (folder, path) => {
      const { code, stdout } = await pkrts(["build", path], { cwd: folder });
      assert.is(code, 1);
      assert.match(stdout, 'Pausing at breakpoint provisioner with note "N".');
      assert.match(stdout, "no available tty");
    });
    await inFolder(ofNull(`provisioner "breakpoint" { disable = true }`), async (folder, path) => {
      const { code, stdout } = await pkrts(["build", path], { cwd: folder });
      assert.is(code, 0, stdout);
      assert.match(stdout, "Breakpoint provisioner disabled; continuing...");
    });
  });

  test("checksums of every type, one line a file, however often it is run (trap 12)", async () => {
    const types = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
    const block = `post-processor "checksum" {\nchecksum_types = ${JSON.stringify(types)}\noutput = "sums/{{.BuildName}}.{{.ChecksumType}}"\n}`;
    await inFolder(ofFile(block), async (folder, path) => {
      for (let i = 0; i < 2; i += 1) {
        const { code, stdout } = await pkrts(["build", path], { cwd: folder });
        assert.is(code, 0, stdout);
        assert.match(stdout, "Created artifact from files: f.txt, sums/f.md5");
      }
      for (const type of types) {
        const hex = createHash(type).update("hello\n").digest("hex");
        assert.is(readFileSync(join(folder, `sums/f.${type}`), "utf8"), `${hex}\tf.txt\n`);
      }
    });
  });

  test("artifice replaces the artifact's files by what its patterns match; the builder's file stays", async () => {
    const chain = `post-processors {\npost-processor "artifice" { files = ["*.hcl", "none-*", "f.txt"] }\npost-processor "manifest" {}\n}`;
    await inFolder(ofFile(chain), async (folder, path) => {
      const { code, stdout } = await pkrts(["build", path], { cwd: folder });
      assert.is(code, 0, stdout);
      assert.match(stdout, "Using these artifact files: t.pkr.hcl, f.txt");
      const { builds } = JSON.parse(readFileSync(join(folder, "packer-manifest.json"), "utf8")) as {
        builds: readonly { files: readonly { name: string }[] }[];
      };
      assert.equal(
        builds[0]?.files.map(({ name }) => name),
        ["t.pkr.hcl", "f.txt"],
      );
      assert.ok(existsSync(join(folder, "f.txt")));
    });
  });

  const READ: readonly (readonly [string, string, readonly string[]])[] = [
    ["o.tar.gz", "", ["tar", "-xzOf", "o.tar.gz", "f.txt"]],
    ["o.tar", "", ["tar", "-xOf", "o.tar", "f.txt"]],
    ["o.gz", "compression_level = 12", ["gzip", "-dc", "o.gz"]],
    ["a.bz2", "", ["tar", "-xzOf", "a.bz2", "f.txt"]],
    [
      "x",
      'format = "zip"',
      ["python3", "-c", "import zipfile;print(zipfile.ZipFile('x').read('f.txt').decode(),end='')"],
    ],
  ];
  for (const [output, more, argv] of READ) {
    test.unless(whyNoTool(argv[0] ?? ""), `compress to ${output} ${more}: other tools read it; the input goes`, () =>
      inFolder(ofFile(`post-processor "compress" {\noutput = "${output}"\n${more}\n}`), async (folder, path) => {
        const { code, stdout } = await pkrts(["build", path], { cwd: folder });
        assert.is(code, 0, stdout);
        assert.is(execFileSync(argv[0] ?? "", argv.slice(1), { cwd: folder, encoding: "utf8" }), "hello\n");
        assert.not(existsSync(join(folder, "f.txt")));
      }),
    );
  }

  test("checksum: does not write over what it is of", () =>
    inFolder(ofFile('post-processor "checksum" { output = "f.txt" }'), async (folder, path) => {
      const { code, stdout } = await pkrts(["build", path], { cwd: folder });
      assert.is(code, 1);
      assert.match(stdout, "f.txt is a file of the artifact");
      assert.is(readFileSync(join(folder, "f.txt"), "utf8"), "hello\n");
    }));

  test("compress: two inputs need an archive; a failure leaves no output and loses no input (trap 15)", () =>
    inFolder(
      ofFile('post-processors {\npost-processor "checksum" {}\npost-processor "compress" { output = "o.gz" }\n}'),
      async (folder, path) => {
        const { code, stdout } = await pkrts(["build", path], { cwd: folder });
        assert.is(code, 1);
        assert.match(stdout, "Can only have 1 input file when not using tar/zip. Found 2 files:");
        assert.not(existsSync(join(folder, "o.gz")));
        assert.ok(existsSync(join(folder, "f.txt")));
      },
    ));
});

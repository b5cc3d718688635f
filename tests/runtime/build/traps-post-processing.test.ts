// The table of traps (cli-runtime §10): post-processors. [Packer]: as Packer; [D]: as the table's or decisions.md's own rule.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { onFile, onJson, onNull, trapTests } from "../../support/traps.js";

const BUILD = ["build", "t.pkr.hcl"];
const one = (type: string, text = ""): string => `post-processor "${type}" {\n${text}\n}`;
const chain = (...blocks: readonly string[]): string => `post-processors {\n${blocks.join("\n")}\n}`;
const FAILING = one("shell-local", `inline = ["exit 1"]`);
const SUM = "packer_f_file_md5.checksum";
const first = (folder: string, name: string, length: number): string =>
  readFileSync(join(folder, name)).subarray(0, length).toString("hex");
const manifestOf = (folder: string, name = "packer-manifest.json") =>
  JSON.parse(readFileSync(join(folder, name), "utf8")) as { readonly builds: readonly Record<string, unknown>[] };

describe("traps: chains of post-processors", (test) => {
  trapTests(test, {
    "9 [D] a failing post-processor does not delete what was built": {
      files: onFile(FAILING),
      argv: BUILD,
      code: 1,
      has: [
        "--> file.f: 1 error(s) occurred:\n\n* Post-processor failed: Script exited",
        "    kept: Stored file: f.txt",
      ],
      left: { "f.txt": "text" },
    },
    "10 [Packer] the next chain runs all the same; nothing is listed as an artifact of a successful build": {
      files: onFile(`${FAILING}\n${one("manifest")}`),
      argv: BUILD,
      code: 1,
      lacks: ["The artifacts of successful builds are"],
      left: { "f.txt": "text", "packer-manifest.json": true },
    },
    "11 [D] what a later one replaced goes, but no file of what is kept": {
      files: onFile(chain(one("checksum"), one("compress", `output = "o.tar.gz"`))),
      argv: BUILD,
      code: 0,
      has: ["--> file.f: Stored file: f.txt", "--> file.f: compressed artifacts in: o.tar.gz"],
      left: { "f.txt": "text", "o.tar.gz": true, [SUM]: false },
    },
    "[Packer] keep_input_artifact keeps what is between": {
      files: onFile(chain(one("checksum"), one("compress", `output = "o.tar.gz"\nkeep_input_artifact = true`))),
      argv: BUILD,
      code: 0,
      has: ["--> file.f: Created artifact from files: f.txt, packer_f_file_md5.checksum"],
      left: { "f.txt": "text", "o.tar.gz": true, [SUM]: true },
    },
    "[Packer] compress alone replaces the builder's file": {
      files: onFile(one("compress", `output = "f.txt.gz"`)),
      argv: BUILD,
      code: 0,
      lacks: ["Stored file"],
      left: { "f.txt": false, "f.txt.gz": true },
    },
    "[Packer] an archive that a second archive replaced goes": {
      files: onFile(chain(one("compress", `output = "a.tar"`), one("compress", `output = "b.zip"`))),
      argv: BUILD,
      code: 0,
      left: { "f.txt": false, "a.tar": false, "b.zip": true },
    },
    "[D] artifice with the builder's own file does not lose it": {
      files: onFile(one("artifice", `files = ["f.*"]\nkeep_input_artifact = false`)),
      argv: BUILD,
      code: 0,
      left: { "f.txt": "text" },
    },
    "12 [D] a second run writes the checksums anew, and lists their file": {
      files: onFile(one("checksum")),
      before: [BUILD],
      argv: BUILD,
      code: 0,
      has: ["Created artifact from files: f.txt, packer_f_file_md5.checksum"],
      left: { [SUM]: "1cb251ec0d568de6a929b520c4aed8d1\tf.txt\n" },
    },
    "[Packer] an artifact without files has no checksums, and no file of them": {
      files: onNull(one("checksum")),
      argv: BUILD,
      code: 0,
      has: ["--> null.a: Created artifact from files: \n"],
      left: { "packer_a_null_md5.checksum": false },
    },
    "15 [D] compress of two files into .gz fails and leaves no output": {
      files: onFile(chain(one("checksum"), one("compress", `output = "o.gz"`))),
      argv: BUILD,
      code: 1,
      has: ["Can only have 1 input file when not using tar/zip. Found 2 files:"],
      left: { "o.gz": false, "f.txt": "text" },
    },
    "17 [Packer] -except of a post-processor drops the rest of its chain": {
      files: onNull(
        chain(
          one("shell-local", `inline = ["echo one"]`),
          one("manifest"),
          one("shell-local", `inline = ["echo two"]`),
        ),
      ),
      argv: ["build", "-except=manifest", "t.pkr.hcl"],
      code: 0,
      has: [": one\n"],
      lacks: [": two\n"],
      left: { "packer-manifest.json": false },
    },
    "18 [Packer] one without a name is announced with two spaces": {
      files: onFile(one("manifest")),
      argv: BUILD,
      code: 0,
      has: ["Running post-processor:  (type manifest)"],
    },
  });
});

describe("traps: archives", (test) => {
  trapTests(test, {
    "13 [Packer] format chooses the archive, not the name": {
      files: onFile(one("compress", `output = "x"\nformat = "zip"`)),
      argv: BUILD,
      code: 0,
      look: (folder) => assert.is(first(folder, "x", 4), "504b0304"),
    },
    "14 [Packer] .bz2 is no ending that compress knows: tar and gzip": {
      files: onFile(one("compress", `output = "a.bz2"`)),
      argv: BUILD,
      code: 0,
      look: (folder) => assert.is(first(folder, "a.bz2", 2), "1f8b"),
    },
    "16 [Packer] zip holds the path, tar the base name": {
      files: {
        "t.pkr.hcl": `source "file" "f" {\n  target = "dir/f.txt"\n  content = "x"\n}\nbuild {\n  sources = ["file.f"]
          ${one("compress", `output = "o.zip"\nkeep_input_artifact = true`)}
          ${one("compress", `output = "o.tar"\nkeep_input_artifact = true`)}\n}\n`,
      },
      argv: BUILD,
      code: 0,
      look: (folder) => {
        assert.is(execFileSync("tar", ["-tf", "o.tar"], { cwd: folder, encoding: "utf8" }), "f.txt\n");
        // A local header is 30 bytes, then the name.
        assert.is(readFileSync(join(folder, "o.zip")).subarray(30, 39).toString(), "dir/f.txt");
      },
    },
  });
});

describe("traps: manifest", (test) => {
  trapTests(test, {
    "56 [Packer] the file builder's modes": {
      files: {
        "in.txt": "x",
        "t.pkr.hcl": `source "file" "c" {\n  target = "c"\n  content = "x"\n}
          source "file" "s" {\n  target = "s"\n  source = "in.txt"\n}
          build { sources = ["file.c", "file.s"] }`,
      },
      argv: BUILD,
      code: 0,
      look: (folder) => {
        const modes = execFileSync("stat", ["-c", "%a", "c", "s"], { cwd: folder, encoding: "utf8" });
        assert.is(modes, "600\n644\n");
      },
    },
    "57 [Packer] no files are null, no custom_data too": {
      files: onNull(one("manifest")),
      argv: BUILD,
      code: 0,
      look: (folder) => {
        const [entry] = manifestOf(folder).builds;
        assert.is(entry?.["files"], null);
        assert.is(entry?.["custom_data"], null);
      },
    },
    "[Packer] a manifest in a folder that is missing fails at once, and says what Packer says": {
      files: onFile(`post-processor "manifest" { output = "missing/m.json" }`),
      argv: BUILD,
      code: 1,
      has: ["* Post-processor failed: Unable to write missing/m.json: open missing/m.json: no such file or directory"],
      left: { "f.txt": "text", missing: false },
    },
    "[Packer] an empty output is the default": {
      files: onFile(`post-processor "manifest" { output = "" }`),
      argv: BUILD,
      code: 0,
      left: { "packer-manifest.json": true },
    },
    "58 [D] a lock file of Packer's that is old is taken over": {
      files: { ...onNull(one("manifest")), "packer-manifest.json.lock": "" },
      argv: BUILD,
      code: 0,
      left: { "packer-manifest.json": true, "packer-manifest.json.lock": false },
    },
    "59 [Packer] custom_data is escaped for HTML": {
      files: onNull(one("manifest", `custom_data = { z = "<b> & \\"q\\"" }`)),
      argv: BUILD,
      code: 0,
      look: (folder) =>
        assert.match(
          readFileSync(join(folder, "packer-manifest.json"), "utf8"),
          String.raw`"z": "\u003cb\u003e \u0026 \"q\""`,
        ),
    },
    "[Packer] names in custom_data are Go templates, too": {
      files: onNull(one("manifest", 'custom_data = { "{{build_name}}-{{upper `x`}}" = "y" }')),
      argv: BUILD,
      code: 0,
      look: (folder) => assert.equal(manifestOf(folder).builds[0]?.["custom_data"], { "a-X": "y" }),
    },
    "[Packer] any name is one of custom_data's": {
      files: onNull(one("manifest", 'custom_data = { "__proto__" = "a", constructor = "b" }')),
      argv: BUILD,
      code: 0,
      look: (folder) =>
        assert.match(
          readFileSync(join(folder, "packer-manifest.json"), "utf8"),
          /"__proto__": "a",\s+"constructor": "b"/,
        ),
    },
    "60 [Packer] runs accumulate": {
      files: onNull(one("manifest")),
      before: [BUILD],
      argv: BUILD,
      code: 0,
      look: (folder) => assert.is(manifestOf(folder).builds.length, 2),
    },
    "60 [Packer] and -force starts anew": {
      files: onNull(one("manifest")),
      before: [BUILD, BUILD],
      argv: ["build", "-force", "t.pkr.hcl"],
      code: 0,
      look: (folder) => assert.is(manifestOf(folder).builds.length, 1),
    },
    "22 [Packer] a renamed source: its new name is printed, its own is in the manifest": {
      files: {
        "t.pkr.hcl": `source "file" "f" {\n  target = "f.txt"\n  content = "x"\n}
          build {
            source "file.f" { name = "renamed" }
            provisioner "shell-local" {
              only   = ["file.renamed"]
              inline = ["echo name=$PACKER_BUILD_NAME source=\${source.name}"]
            }
            provisioner "shell-local" {
              only   = ["file.f"]
              inline = ["echo never"]
            }
            ${one("manifest")}
          }`,
      },
      argv: BUILD,
      code: 0,
      has: ["==> file.renamed: name=f source=renamed"],
      lacks: ["never"],
      look: (folder) => assert.is(manifestOf(folder).builds[0]?.["name"], "f"),
    },
    "55 [Packer] only the texts in a sensitive value are secret; files hold the real ones": {
      files: {
        "t.pkr.hcl": `variable "pw" {\n  sensitive = true\n  default = { pw = "objpw", n = 12345 }\n}
          source "file" "f" {\n  target = "f.txt"\n  content = "\${var.pw.pw} \${var.pw.n}"\n}
          build {
            sources = ["file.f"]
            provisioner "shell-local" { inline = ["echo \${var.pw.pw} \${var.pw.n}"] }
          }`,
      },
      argv: BUILD,
      code: 0,
      has: ["==> file.f: <sensitive> 12345"],
      left: { "f.txt": "objpw 12345" },
    },
    "21 [Packer] a legacy build with a name of its own": {
      files: onJson(
        { provisioners: [{ type: "shell-local", inline: ["echo name=$PACKER_BUILD_NAME"] }] },
        { name: "two" },
      ),
      argv: ["build", "-only=two", "t.json"],
      code: 0,
      has: ["==> null.two: name=two"],
    },
  });
});

// `pkrts ec2 import`, `export` and `rm`: disks in and out, and what is refused with nothing done.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../support/cli.js";
import { describe } from "../support/describe.js";
import { whyNoTool } from "../support/workshop.js";

const GIB = 1024 ** 3;
const noTool = whyNoTool("qemu-img");

interface Place {
  readonly folder: string;
  ec2(...argv: readonly string[]): Promise<Finished>;
  /** The id of an image made of `file`. */
  import(file: string, ...flags: readonly string[]): Promise<string>;
}

const inPlace = (body: (place: Place) => Promise<void>) => async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-disks-"));
  const env = { PKRTS_EC2_STATE: join(folder, "ec2") };
  const ec2 = (...argv: readonly string[]) => pkrts(["ec2", ...argv], { cwd: folder, env });
  const importFile = async (file: string, ...flags: readonly string[]) => {
    const { code, stdout, stderr } = await ec2("import", "-name=one disk", ...flags, file);
    assert.is(code, 0, stderr);
    assert.match(stdout, /^ami-[0-9a-f]{17}\n$/);
    return stdout.trim();
  };
  try {
    await body({ folder, ec2, import: importFile });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** A disk of `mib` MiB with something at its start and at its end. */
function makeDisk(file: string, mib: number): void {
  writeFileSync(file, "the start");
  truncateSync(file, mib * 1024 ** 2 - 7);
  writeFileSync(file, "the end", { flag: "a" });
}

function checkDisk(file: string, mib: number): void {
  const bytes = readFileSync(file);
  assert.is(bytes.toString("latin1", 0, 9), "the start");
  assert.is(bytes.toString("latin1", mib * 1024 ** 2 - 7, mib * 1024 ** 2), "the end");
}

describe("ec2 import, export and rm", (test) => {
  test(
    "a raw disk comes out as it went in, grown to whole GiB, its holes kept",
    inPlace(async ({ folder, ec2, import: importFile }) => {
      makeDisk(join(folder, "in.img"), 3);
      const ami = await importFile("in.img");
      assert.is((await ec2("export", ami, "out.img")).code, 0);
      const out = statSync(join(folder, "out.img"));
      assert.is(out.size, GIB);
      assert.ok(out.blocks * 512 < 8 * 1024 ** 2, `${out.blocks} blocks`);
      checkDisk(join(folder, "out.img"), 3);
    }),
  );

  for (const format of ["qcow2", "vmdk", "vdi", "vpc"])
    test.unless(
      noTool,
      `a ${format} disk is converted`,
      inPlace(async ({ folder, ec2, import: importFile }) => {
        makeDisk(join(folder, "in.img"), 3);
        execFileSync("qemu-img", ["convert", "-O", format, join(folder, "in.img"), join(folder, `in.${format}`)]);
        const ami = await importFile(`in.${format}`);
        assert.is((await ec2("export", ami, "out.img")).code, 0);
        checkDisk(join(folder, "out.img"), 3);
        assert.equal(readdirSync(join(folder, "ec2/incoming")), []);
      }),
    );

  const OVERLAYS: readonly (readonly [name: string, ...create: readonly string[]])[] = [
    ["of.qcow2", "-f", "qcow2", "-b", "BASE", "-F", "raw"],
    ["of.vmdk", "-f", "vmdk", "-b", "BASE.vmdk", "-F", "vmdk"],
    ["data.qcow2", "-f", "qcow2", "-o", "data_file=BASE,data_file_raw=on"],
  ];
  for (const [name, ...create] of OVERLAYS)
    test.unless(
      noTool,
      `${name}, which is only part of a disk, is refused: no other file is read into an image`,
      inPlace(async ({ folder, ec2 }) => {
        const base = join(folder, "private/base");
        mkdirSync(join(folder, "private"));
        makeDisk(base, 3);
        execFileSync("qemu-img", ["convert", "-O", "vmdk", base, `${base}.vmdk`]);
        const argv = create.map((word) => word.replace("BASE", base));
        execFileSync("qemu-img", ["create", ...argv, join(folder, name), ...(name === "data.qcow2" ? ["3M"] : [])]);
        const { code, stderr } = await ec2("import", "-name=new", name);
        assert.is(code, 1);
        assert.match(stderr, "is only part of a disk");
        assert.equal(readdirSync(join(folder, "ec2/incoming")), []);
      }),
    );

  test.unless(
    noTool,
    "export -format=qcow2 makes one that qemu-img finds equal",
    inPlace(async ({ folder, ec2, import: importFile }) => {
      makeDisk(join(folder, "in.img"), 3);
      const ami = await importFile("in.img");
      const { code, stderr } = await ec2("export", "-format=qcow2", ami, "out.qcow2");
      assert.is(code, 0, stderr);
      const info = JSON.parse(
        execFileSync("qemu-img", ["info", "--output=json", join(folder, "out.qcow2")], { encoding: "utf8" }),
      ) as { readonly format: string };
      assert.is(info.format, "qcow2");
      await ec2("export", ami, "out.img");
      execFileSync("qemu-img", ["compare", join(folder, "out.qcow2"), join(folder, "out.img")]);
    }),
  );

  test(
    "the flags and the region of the environment are those of the image",
    inPlace(async ({ folder, ec2, import: importFile }) => {
      makeDisk(join(folder, "in.img"), 1);
      await importFile("in.img", "-root-device-name=/dev/sda1", "-architecture=arm64");
      const env = { PKRTS_EC2_STATE: join(folder, "ec2"), AWS_REGION: "eu-west-1" };
      await pkrts(["ec2", "import", "-name=elsewhere", "in.img"], { cwd: folder, env });
      const images = JSON.parse((await ec2("images", "-json")).stdout) as readonly Readonly<Record<string, unknown>>[];
      assert.equal(images.map(({ region }) => region).sort(), ["eu-west-1", "us-east-1"]);
      const first = images.find(({ region }) => region === "us-east-1");
      assert.equal([first?.["rootDevice"], first?.["architecture"]], ["/dev/sda1", "arm64"]);
    }),
  );

  const REFUSED: readonly (readonly [name: string, argv: readonly string[], says: string])[] = [
    ["a file that is not there", ["import", "-name=new", "none.img"], "none.img: there is no such file"],
    ["a folder", ["import", "-name=new", "."], ". is not a file"],
    ["an empty file", ["import", "-name=new", "empty.img"], "empty.img is empty"],
    ["a name that is taken", ["import", "-name=one disk", "in.img"], "InvalidAMIName.Duplicate|already in use"],
    [
      "a virtualization that there is not",
      ["import", "-name=new", "-virtualization-type=xen", "in.img"],
      "VirtualizationType",
    ],
    ["a compressed disk", ["import", "-name=new", "in.img.gz"], "in.img.gz is compressed: .*gunzip"],
    ["a folder to export to", ["export", "AMI", "."], "\\. is not a file"],
    ["a device to export to", ["export", "AMI", "/dev/null"], "/dev/null is not a file"],
    ["a folder that is not there", ["export", "AMI", "none/out.img"], "there is no folder none"],
    ["an image that is not there", ["export", "ami-00000000000000000", "out.img"], "There is no image"],
  ];
  for (const [name, argv, says] of REFUSED)
    test(
      `${name} is refused, with nothing done`,
      inPlace(async ({ folder, ec2, import: importFile }) => {
        makeDisk(join(folder, "in.img"), 1);
        writeFileSync(join(folder, "empty.img"), "");
        writeFileSync(join(folder, "in.img.gz"), gzipSync(readFileSync(join(folder, "in.img"))));
        const ami = await importFile("in.img");
        const { code, stdout, stderr } = await ec2(...argv.map((word) => (word === "AMI" ? ami : word)));
        assert.is(code, 1, stdout);
        assert.match(stderr, new RegExp(says));
        assert.not.match(stderr, /\n {4}at /);
        assert.is(readdirSync(join(folder, "ec2/disks")).length, 1);
        assert.equal(readdirSync(join(folder, "ec2/incoming")), []);
        assert.not.ok(existsSync(join(folder, "out.img")));
      }),
    );

  test(
    "rm deletes an image with its disk; where one of several can't go, none does",
    inPlace(async ({ folder, ec2, import: importFile }) => {
      makeDisk(join(folder, "in.img"), 1);
      const ami = await importFile("in.img");
      const failed = await ec2("rm", ami, "vol-00000000000000000");
      assert.is(failed.code, 1);
      assert.match(failed.stderr, "vol-00000000000000000");
      assert.is(readdirSync(join(folder, "ec2/disks")).length, 1);
      assert.is((await ec2("rm", ami)).code, 0);
      assert.equal(readdirSync(join(folder, "ec2/disks")), []);
      assert.is((await ec2("snapshots")).stdout, "");
    }),
  );
});

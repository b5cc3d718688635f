// copy_files where the image's folder is the host's, or can't be written to.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
const shop = unable === undefined ? await openWorkshop() : undefined;

/** Runs a build that must fail; what it printed. */
async function failing(at: Workshop, options: string): Promise<string> {
  const file = join(at.folder, "t.pkr.hcl");
  writeFileSync(
    file,
    `source "amazon-chroot" "web" {
  region     = "us-east-1"
  source_ami = "${at.sourceAmi}"
  ami_name   = "copies"
  ${options}
}
build {
  sources = ["source.amazon-chroot.web"]
}
`,
  );
  const { code, stdout, stderr } = await at.run(["build", "-local", file]);
  assert.is(code, 1, stdout + stderr);
  assert.equal(await at.leftovers(), []);
  return stdout;
}

const asShop = sharing(shop);

describe("copy_files", (test) => {
  test.unless(
    unable,
    "replaces nothing in a folder of the host's",
    asShop(async (at) => {
      const [own, shared] = [join(at.folder, "own"), join(at.folder, "shared")];
      for (const folder of [own, shared]) mkdirSync(folder);
      writeFileSync(join(own, "file"), "new");
      writeFileSync(join(shared, "file"), "the host's");
      const mounts = `chroot_mounts = [["bind", "${shared}", "${own}"]]`;
      const stdout = await failing(at, `copy_files = ["${own}/file"]\n  ${mounts}`);
      assert.match(stdout, `copy_files: ${own}/file would be replaced in ${own}, which is the host's by chroot_mounts`);
      assert.equal(readdirSync(shared), ["file"]);
      assert.is(readFileSync(join(shared, "file"), "utf8"), "the host's");
    }),
  );
  test.unless(
    unable,
    "tells of the image's own paths alone",
    asShop(async (at) => {
      const stdout = await failing(at, 'mount_options = ["ro"]\n  copy_files = ["/etc/resolv.conf"]');
      assert.match(stdout, "copy_files: /etc/resolv.conf in the image: EROFS: read-only file system");
      assert.not.match(stdout, "/proc/self/fd");
      assert.ok(existsSync("/etc/resolv.conf"));
    }),
  );
  test.unless(
    unable,
    "says which option names what is no file",
    asShop(async (at) => {
      const stdout = await failing(at, 'copy_files = ["/etc/passwd/"]');
      assert.match(stdout, "copy_files: /etc/passwd/ is not a file on this host");
    }),
  );
  test.unless(unable, "closes the workshop", () => shop?.close());
});

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { replaceFile } from "../../runtime/system/replace-file.js";
import { describe } from "../support/describe.js";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-replace-"));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const notRoot = process.platform === "linux" && process.getuid?.() === 0 ? undefined : "mounting needs root";

describe("replaceFile", (test) => {
  test("makes a file with the mode, and replaces one", () =>
    inFolder(async (folder) => {
      const file = join(folder, "a");
      await replaceFile(file, "one", 0o600);
      await replaceFile(file, "two", 0o644);
      assert.is(readFileSync(file, "utf8"), "two");
      assert.is(statSync(file).mode & 0o777, 0o644);
      await replaceFile(file, "three");
      assert.is(statSync(file).mode & 0o777, 0o644);
      await replaceFile(join(folder, "b"), "new");
      assert.is(statSync(join(folder, "b")).mode & 0o777, 0o666 & ~process.umask());
      assert.equal(readdirSync(folder).sort(), ["a", "b"]);
    }));

  test("a link stays one: what it leads to is replaced", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "real"), "old");
      symlinkSync("real", join(folder, "link"));
      await replaceFile(join(folder, "link"), "new", 0o644);
      assert.ok(lstatSync(join(folder, "link")).isSymbolicLink());
      assert.is(readFileSync(join(folder, "real"), "utf8"), "new");
    }));

  test("a folder that can't be written to is an error, with nothing left", () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, "file"));
      const failed = await replaceFile(join(folder, "file"), "text", 0o644).catch((error: Error) => error);
      assert.instance(failed, Error);
      assert.equal(readdirSync(folder), ["file"]);
    }));

  test.unless(notRoot, "on a full disk the old content stays, whatever little of the new one would have fitted", () =>
    inFolder(async (folder) => {
      const mount = join(folder, "small");
      mkdirSync(mount);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount]);
      try {
        const file = join(mount, "file");
        writeFileSync(file, "the old content");
        chmodSync(file, 0o600);
        const { bavail, bsize } = statfsSync(mount);
        writeFileSync(join(mount, "filler"), Buffer.alloc((bavail - 1) * bsize, 1));
        const failed = await replaceFile(file, "n".repeat(3 * bsize), 0o600).catch((error: Error) => error);
        assert.match(String(failed), "ENOSPC");
        assert.is(readFileSync(file, "utf8"), "the old content");
        assert.equal(readdirSync(mount).sort(), ["file", "filler"]);
      } finally {
        execFileSync("umount", [mount]);
      }
    }),
  );

  test.unless(notRoot, "the owner stays the owner", () =>
    inFolder(async (folder) => {
      const file = join(folder, "theirs");
      writeFileSync(file, "old");
      execFileSync("chown", ["1234:1235", file]);
      await replaceFile(file, "new", 0o644);
      assert.equal([statSync(file).uid, statSync(file).gid], [1234, 1235]);
    }),
  );
});

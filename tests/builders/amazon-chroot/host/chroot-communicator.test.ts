// What is written into an image stays in it, however its links lie; bytes, modes and owners arrive exact.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as assert from "uvu/assert";
import { chrootCommunicator } from "../../../../builders/amazon-chroot/host/chroot-communicator.js";
import { wrapperOf } from "../../../../builders/amazon-chroot/host/wrapper.js";
import { describe } from "../../../support/describe.js";

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

interface Scene {
  /** Of the host: nothing in it may change. */
  readonly host: string;
  readonly root: string;
  readonly image: ReturnType<typeof chrootCommunicator>;
}

/** A host folder with a victim in it, and an image beside it. */
async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-image-"));
  const [host, root] = [join(folder, "host"), join(folder, "image")];
  mkdirSync(host);
  mkdirSync(join(root, "etc"), { recursive: true });
  writeFileSync(join(host, "victim"), "untouched");
  try {
    await body({
      host,
      root,
      image: chrootCommunicator(root, { env: () => undefined, runId: "run", signal: new AbortController().signal }),
    });
    assert.is(readFileSync(join(host, "victim"), "utf8"), "untouched");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function refusal(body: Promise<unknown>): Promise<string> {
  try {
    await body;
  } catch (error) {
    return String(error);
  }
  throw new Error("it was not refused");
}

const unable = process.getuid?.() === 0 ? undefined : "needs root";

describe("uploads into an image", (test) => {
  const safe = (name: string, body: (scene: Scene) => Promise<void>): void =>
    test.unless(unable, name, () => inScene(body));

  safe("an absolute link as the last name leads to the image's own path", async ({ host, root, image }) => {
    mkdirSync(join(root, host), { recursive: true });
    symlinkSync(join(host, "victim"), join(root, "etc/link"));
    await image.upload(bytes("new"), "/etc/link");
    assert.is(readFileSync(join(root, host, "victim"), "utf8"), "new");
  });
  safe(
    "a full file system is told with the file's name in the image, and what helps",
    async ({ host, root, image }) => {
      mkdirSync(join(root, "full"));
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", join(root, "full")]);
      try {
        const large = "x".repeat(100_000);
        writeFileSync(join(host, "large"), large);
        const full = /^RunError: \/full\/\S+ in the image: its file system is full: a larger root_volume_size/;
        assert.match(await refusal(image.upload(bytes(large), "/full/file")), full);
        assert.match(await refusal(image.uploadDir(`${host}/`, "/full/folder")), full);
      } finally {
        execFileSync("umount", [join(root, "full")]);
      }
    },
  );
  safe("an absolute link to what the image does not have is an error", async ({ host, root, image }) => {
    symlinkSync(join(host, "victim"), join(root, "etc/link"));
    assert.match(await refusal(image.upload(bytes("new"), "/etc/link")), "ENOENT");
  });
  safe("a parent that is a link", async ({ host, root, image }) => {
    symlinkSync(host, join(root, "etc/out"));
    assert.match(await refusal(image.upload(bytes("new"), "/etc/out/victim")), "ENOENT");
  });
  safe("`..` ends at the image's root, in paths and in links", async ({ root, image }) => {
    await image.upload(bytes("a"), "/../../../etc/../../top");
    symlinkSync("../../../../../low", join(root, "etc/up"));
    await image.upload(bytes("b"), "/etc/up");
    assert.is(readFileSync(join(root, "top"), "utf8") + readFileSync(join(root, "low"), "utf8"), "ab");
  });
  safe("a loop of links is an error, not a hang", async ({ root, image }) => {
    symlinkSync("b", join(root, "etc/a"));
    symlinkSync("a", join(root, "etc/b"));
    assert.match(await refusal(image.upload(bytes("x"), "/etc/a")), "too many symbolic links");
  });
  safe("a folder is refused as a file's target", async ({ image }) => {
    assert.match(await refusal(image.upload(bytes("x"), "/etc")), "/etc is a folder: only a file can be replaced");
  });
  safe("devices, which are the host's, and pipes, which nobody may ever read, are refused", async (scene) => {
    const { host, root, image } = scene;
    mkdirSync(join(root, "dev"));
    execFileSync("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"]);
    execFileSync("mkfifo", [join(root, "etc/pipe")]);
    const wrapper = wrapperOf("env {{.Command}}", (template, { Command }) => template.replace("{{.Command}}", Command));
    const signal = new AbortController().signal;
    const wrapped = chrootCommunicator(root, { env: () => undefined, runId: "run", wrapper, signal });
    for (const each of [image, wrapped]) {
      assert.match(await refusal(each.upload(bytes("x"), "/dev/null")), "/dev/null is a device: only");
      assert.match(await refusal(each.upload(bytes("x"), "/etc/pipe")), "/etc/pipe is a pipe: only");
      assert.match(await refusal(each.download("/etc/pipe")[Symbol.asyncIterator]().next()), "/etc/pipe is a pipe");
    }
    writeFileSync(join(host, "null"), "not a device");
    for (const each of [image, wrapped])
      assert.match(await refusal(each.uploadDir(`${host}/`, "/dev")), "null is a device");
    const { mode } = statSync(join(root, "dev/null"));
    assert.is(mode & 0o7777, 0o666);
    assert.is(mode & 0o170000, 0o020000);
  });
  safe("a folder that becomes a link between two looks", async ({ host, root, image }) => {
    // The image's process swaps the folder for a link to the host again and again while files arrive.
    mkdirSync(join(root, "real"));
    symlinkSync(host, join(root, "evil"));
    let flip = true;
    const timer = setInterval(() => {
      renameSync(join(root, flip ? "real" : "evil.2"), join(root, flip ? "real.2" : "evil"));
      flip = !flip;
      if (!flip) renameSync(join(root, "evil"), join(root, "evil.2"));
      else renameSync(join(root, "real.2"), join(root, "real"));
    }, 0);
    for (let i = 0; i < 300; i += 1)
      await Promise.allSettled([
        image.upload(bytes("x"), "/real/victim"),
        image.upload(bytes("x"), "/evil/victim"),
        image.upload(bytes("x"), "/evil.2/victim"),
      ]);
    clearInterval(timer);
  });
  safe("bytes, names and modes are exact", async ({ root, image }) => {
    const name = "a b'\"$(touch pwned)`touch pwned`\n;c";
    await image.upload(bytes("\0\r\n$HOME"), `/etc/${name}`, { mode: 0o4751 });
    assert.is(readFileSync(join(root, "etc", name), "utf8"), "\0\r\n$HOME");
    assert.is(statSync(join(root, "etc", name)).mode & 0o7777, 0o4751);
    assert.is(existsSync("pwned"), false);
  });
  safe("under a wrapper, the caller's signal ends the copy that is running", async ({ host, root }) => {
    const started = join(host, "started");
    const slowly = `: > ${started}; sleep 3; {{.Command}}`;
    const wrapper = wrapperOf(slowly, (template, { Command }) => template.replace("{{.Command}}", () => Command));
    const image = chrootCommunicator(root, {
      env: () => undefined,
      runId: "run",
      wrapper,
      signal: new AbortController().signal,
    });
    const limit = new AbortController();
    const copied = refusal(image.upload(bytes("x"), "/etc/x", { signal: limit.signal }));
    while (!existsSync(started)) await setTimeout(10);
    limit.abort(new Error("out of time"));
    assert.match(await copied, "out of time");
    assert.is(existsSync(join(root, "etc/x")), false);
  });
});

describe("folders to and from an image", (test) => {
  const safe = (name: string, body: (scene: Scene) => Promise<void>): void =>
    test.unless(unable, name, () => inScene(body));

  function sourceIn(host: string): string {
    const from = join(host, "src");
    mkdirSync(join(from, "bin"), { recursive: true });
    writeFileSync(join(from, "bin/tool"), "tool");
    chmodSync(join(from, "bin/tool"), 0o755);
    symlinkSync("/nowhere", join(from, "dangling"));
    return from;
  }

  safe(
    "without a slash the folder goes into one that is there, or becomes one that is not; with one its contents; links stay links",
    async ({ host, root, image }) => {
      const from = sourceIn(host);
      await image.uploadDir(from, "/etc/new");
      await image.uploadDir(from, "/etc/other/");
      await image.uploadDir(from, "/etc/new");
      await image.uploadDir(`${from}/`, "/etc/flat");
      for (const folder of ["etc/new", "etc/new/src", "etc/other"])
        assert.is(readFileSync(join(root, folder, "bin/tool"), "utf8"), "tool", folder);
      assert.is(statSync(join(root, "etc/flat/bin/tool")).mode & 0o7777, 0o755);
      assert.is(readlinkSync(join(root, "etc/flat/dangling")), "/nowhere");
    },
  );
  safe("a folder of the image that is a link is entered, a file that is a link is replaced", async (scene) => {
    const { host, root, image } = scene;
    const from = sourceIn(host);
    mkdirSync(join(root, "usr/bin"), { recursive: true });
    symlinkSync("usr/bin", join(root, "bin"));
    symlinkSync(join(host, "victim"), join(root, "usr/bin/tool"));
    await image.uploadDir(`${from}/`, "/");
    assert.is(readFileSync(join(root, "usr/bin/tool"), "utf8"), "tool");
    assert.is(lstatSync(join(root, "usr/bin/tool")).isFile(), true);
  });
  safe("a folder of the image that leads to the host's", async ({ host, root, image }) => {
    const from = sourceIn(host);
    symlinkSync(host, join(root, "bin"));
    await refusal(image.uploadDir(`${from}/`, "/"));
    assert.is(existsSync(join(host, "tool")), false);
  });
  safe("downloads follow links inside the image only", async ({ host, root, image }) => {
    symlinkSync(join(host, "victim"), join(root, "etc/link"));
    mkdirSync(join(root, "etc/conf.d"));
    writeFileSync(join(root, "etc/conf.d/x"), "x");
    chmodSync(join(root, "etc/conf.d/x"), 0o640);
    assert.match(await refusal(image.download("/etc/link")[Symbol.asyncIterator]().next()), "ENOENT");
    await image.downloadDir("/etc/", join(host, "got"));
    assert.is(statSync(join(host, "got/conf.d/x")).mode & 0o7777, 0o640);
    assert.is(readlinkSync(join(host, "got/link")), join(host, "victim"));
  });
});

describe("files that are removed in an image", (test) => {
  test("a file, and a link but not what it leads to; what is missing is gone already", () =>
    inScene(async ({ host, root, image }) => {
      writeFileSync(join(root, "etc/script"), "text");
      symlinkSync(join(host, "victim"), join(root, "etc/link"));
      symlinkSync(host, join(root, "etc/out"));
      for (const path of ["/etc/script", "/etc/link", "/etc/none", "/none/script", "/etc/script/below"])
        await image.removeFile?.(path);
      assert.not(existsSync(join(root, "etc/script")));
      assert.is(lstatSync(join(root, "etc/link"), { throwIfNoEntry: false }), undefined);
      await image.removeFile?.("/etc/out/victim");
      assert.match(await refusal(image.removeFile?.("/etc") ?? Promise.resolve()), "/etc");
    }));
});

// Whatever an image's links and a template's texts say: the host is as it was, and bytes arrive exact.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../support/describe.js";
import { openWorkshop, sharing, type Workshop, whyNoLocalBuilds } from "../support/workshop.js";

const unable = whyNoLocalBuilds();
// What no shell may run, no template engine render, and no cleverness lose.
const EVIL = "a b'c\"d $(touch pwned) `touch pwned` $HOME ;&|<>*\\";
const BASE = "it's (a) [base] @/.-_";
const shop = unable === undefined ? await openWorkshop(BASE) : undefined;

const hcl = (text: string): string => JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");

/** One word of a shell's. */
const word = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

interface Made {
  readonly stdout: string;
  readonly ami: string;
}

async function build(at: Workshop, options: string, provisioners: string, source = at.sourceAmi): Promise<Made> {
  const file = join(at.folder, "t.pkr.hcl");
  writeFileSync(
    file,
    `source "amazon-chroot" "s" {
  region     = "us-east-1"
  source_ami = "${source}"
  ${options}
}
build {
  sources = ["source.amazon-chroot.s"]
  ${provisioners}
}
`,
  );
  const { code, stdout, stderr } = await at.run(["build", "-local", file]);
  assert.is(code, 0, stdout + stderr);
  assert.equal(await at.leftovers(), []);
  return {
    stdout,
    ami: /ami-[0-9a-f]{17}/.exec(stdout.slice(stdout.indexOf("artifacts of successful")))?.[0] ?? "none",
  };
}

/** Everything below a folder, with what it holds. */
function listing(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      return `${name}: ${statSync(path).isFile() ? readFileSync(path, "utf8") : "folder"}`;
    });
}

const asShop = sharing(shop);

const pwned = (at: Workshop): boolean => existsSync(join(at.folder, "pwned")) || existsSync("pwned");

describe("texts that a shell would act on", (test) => {
  test.unless(
    unable,
    "in mount paths, mounts, files, environment and tags arrive as they are",
    asShop(async (at) => {
      const folder = join(at.folder, `host ${EVIL}`);
      mkdirSync(folder);
      const file = join(folder, `f\n${EVIL}`);
      writeFileSync(file, "host's\n");
      writeFileSync(join(at.folder, "make-folder"), `for image in mnt*; do mkdir -p "$image"${word(folder)}; done\n`);
      const { stdout, ami } = await build(
        at,
        `ami_name = "it's (a) [b] @/c {{timestamp}}"
  ami_description = ${hcl(`{{ .SourceAMIName }} ${EVIL}`)}
  mount_path = ${hcl(join(at.folder, `mnt ${EVIL}\nx {{.Device}}`))}
  chroot_mounts = [["proc", "proc", "/proc"], ["tmpfs", ${hcl(EVIL)}, ${hcl(`/opt/${EVIL}`)}]]
  copy_files = [${hcl(file)}]
  post_mount_commands = ["sh make-folder"]
  tags = { ${hcl(`k ${EVIL}`)} = ${hcl(`{{ .SourceAMIName }} ${EVIL}`)} }`,
        `provisioner "shell" {
    environment_vars = [${hcl(`EVIL=${EVIL}`)}]
    inline = ["printf %s \\"$EVIL\\" > /root/environment", ${hcl(`[ -f ${word(file)} ] && echo copied`)}]
  }
  provisioner "file" {
    content     = ${hcl(`${EVIL}\r\n\0x`.replace("\0", ""))}
    destination = ${hcl(`/root/up ${EVIL}`)}
  }`,
      );
      assert.not(pwned(at));
      assert.match(stdout, ": copied");
      const images = JSON.parse((await at.run(["ec2", "images", "-json"])).stdout) as object[];
      const image = JSON.stringify(images.find((each) => JSON.stringify(each).includes(ami)));
      assert.ok(image.includes(JSON.stringify(`${BASE} ${EVIL}`).slice(1, -1)), image);
      await at.inspect(ami, (root) => {
        assert.is(readFileSync(join(root, "root/environment"), "utf8"), EVIL);
        assert.is(readFileSync(join(root, `root/up ${EVIL}`), "utf8"), `${EVIL}\r\nx`);
        assert.equal(readdirSync(join(root, "opt")), [EVIL]);
        assert.equal(readdirSync(join(root, folder)), [], "the copied file is gone again");
      });
      assert.equal(listing(folder), [`${basename(file)}: host's\n`]);
    }),
  );
});

describe("links of an image", (test) => {
  test.unless(
    unable,
    "lead copies, mounts and uploads nowhere but into the image",
    asShop(async (at) => {
      const host = join(at.folder, "victims");
      mkdirSync(host);
      writeFileSync(join(host, "victim"), "untouched\n");
      const before = listing(host);
      const hostile = await build(
        at,
        `ami_name = "hostile links"\n  copy_files = []`,
        `provisioner "shell" {
    inline = [
      "ln -sf ${host}/victim /etc/resolv.conf",
      "ln -s ${host} /out; ln -s ../../../../../../..${host} /up; ln -s loop2 /loop1; ln -s loop1 /loop2",
      "mkdir -p ${host}; echo image > ${host}/victim"
    ]
  }`,
      );
      const { ami } = await build(
        at,
        `ami_name = "through links"
  chroot_mounts = [["proc", "proc", "/proc"], ["tmpfs", "x", "/out/mounted"], ["bind", "${host}", "/up/bound/../seen"]]`,
        `provisioner "file" {
    content     = "uploaded\\n"
    destination = "/out/victim"
  }
  provisioner "file" {
    content     = "uploaded\\n"
    destination = "/up/new"
  }`,
        hostile.ami,
      );
      assert.equal(listing(host), before);
      await at.inspect(ami, (root) => {
        assert.is(readFileSync(join(root, host, "victim"), "utf8"), "uploaded\n");
        assert.is(readFileSync(join(root, host, "new"), "utf8"), "uploaded\n");
        assert.is(readlinkSync(join(root, "etc/resolv.conf")), join(host, "victim"));
        assert.ok(statSync(join(root, host, "mounted")).isDirectory());
      });
      const loops = join(at.folder, "loops.pkr.hcl");
      writeFileSync(
        loops,
        readFileSync(join(at.folder, "t.pkr.hcl"), "utf8")
          .replace('"/out/mounted"', '"/loop1/x"')
          .replace("through links", "loops"),
      );
      const refused = await at.run(["build", "-local", loops]);
      assert.is(refused.code, 1);
      assert.match(refused.stdout, "too many symbolic links in the image");
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(
    unable,
    "that appear while provisioning keep a copied file from being put back: an error, and the host is as it was",
    asShop(async (at) => {
      const host = join(at.folder, "later");
      mkdirSync(host);
      writeFileSync(join(host, "resolv.conf"), "host's\n");
      const file = join(at.folder, "moved.pkr.hcl");
      writeFileSync(
        file,
        `source "amazon-chroot" "s" {
  region     = "us-east-1"
  source_ami = "${at.sourceAmi}"
  ami_name   = "moved"
}
build {
  sources = ["source.amazon-chroot.s"]
  provisioner "shell" {
    inline = ["mv /etc /etc.old && ln -s ${host} /etc"]
  }
}
`,
      );
      const { code, stdout } = await at.run(["build", "-local", file]);
      assert.is(code, 1, stdout);
      assert.equal(listing(host), ["resolv.conf: host's\n"]);
    }),
  );
});

describe("an image that looks like the host's /proc", (test) => {
  test.unless(
    unable,
    "leads no mount out by a link that another mount would turn to the host",
    asShop(async (at) => {
      const host = join(at.folder, "beside");
      mkdirSync(host);
      const way = `/proc/${process.pid}/root${host}`;
      const { ami } = await build(
        at,
        `ami_name = "a proc of its own"\n  chroot_mounts = [["tmpfs", "tmpfs", "/opt"]]`,
        `provisioner "shell" {
    inline = ["mkdir -p ${way} ${host} /mnt && ln -s ${way} /mnt/way"]
  }`,
      );
      await build(
        at,
        `ami_name = "through it"
  chroot_mounts = [["proc", "proc", "/proc"], ["tmpfs", "tmpfs", "/mnt/way"]]`,
        `provisioner "shell-local" {
    inline = ["! mountpoint -q ${host}"]
  }`,
        ami,
      );
      assert.equal(listing(host), []);
    }),
  );
});

describe("command_wrapper", (test) => {
  test.unless(
    unable,
    "has every command for the host; a wrapper without environment loses nothing",
    asShop(async (at) => {
      const log = join(at.folder, "log");
      mkdirSync(join(at.folder, `tree ${EVIL}`));
      writeFileSync(join(at.folder, `tree ${EVIL}`, "leaf"), "leaf\n");
      chmodSync(join(at.folder, `tree ${EVIL}`, "leaf"), 0o751);
      const { stdout, ami } = await build(
        at,
        `ami_name = "wrapped"
  mount_path = "${at.folder}/wrapped/{{.Device}}"
  pre_mount_commands = ["echo pre {{.Device}}"]
  post_mount_commands = ["echo post {{.MountPath}}"]
  command_wrapper = ${hcl(`printf '%s ' {{.Command}} >> ${log}; echo >> ${log}; env -i PATH="$PATH" {{.Command}}`)}`,
        `provisioner "shell" {
    environment_vars = [${hcl(`EVIL=${EVIL}`)}]
    inline = ["printf %s \\"$EVIL\\" > /root/environment", "cat /etc/resolv.conf > /root/resolv.conf"]
  }
  provisioner "file" {
    content     = "text\\n"
    destination = ${hcl(`/root/up ${EVIL}`)}
  }
  provisioner "file" {
    source      = ${hcl(join(at.folder, `tree ${EVIL}`))}
    destination = "/root"
  }
  provisioner "file" {
    direction   = "download"
    source      = "/root/environment"
    destination = ${hcl(join(at.folder, "down"))}
  }`,
      );
      assert.not(pwned(at));
      assert.match(stdout, /Executing command: printf .*echo pre \/dev\/xvd/);
      const lines = readFileSync(log, "utf8")
        .split("\n")
        .map((line) => line.replace(/^nsenter .*? -- /, ""));
      for (const start of [
        "mount /dev/",
        "mount -t proc",
        "mount --bind",
        "echo pre",
        "echo post",
        "unshare",
        "chroot /tmp",
        "cp ",
        "mv ",
        "mkdir ",
        "umount -- /tmp",
        "rmdir ",
      ])
        assert.ok(
          lines.some((line) => line.startsWith(start)),
          `${start}\n${lines.join("\n")}`,
        );
      assert.is(readFileSync(join(at.folder, "down"), "utf8"), EVIL);
      await at.inspect(ami, (root) => {
        assert.is(readFileSync(join(root, "root/environment"), "utf8"), EVIL);
        assert.is(readFileSync(join(root, `root/up ${EVIL}`), "utf8"), "text\n");
        assert.is(statSync(join(root, `root/tree ${EVIL}/leaf`)).mode & 0o7777, 0o751);
        assert.is(readFileSync(join(root, `root/tree ${EVIL}/leaf`), "utf8"), "leaf\n");
        assert.is(readFileSync(join(root, "root/resolv.conf"), "utf8"), readFileSync("/etc/resolv.conf", "utf8"));
        assert.is(readFileSync(join(root, "etc/resolv.conf"), "utf8"), "# the base image's own\n");
      });
    }),
  );
  test.unless(
    unable,
    "that refuses a command fails the build with its words, and leaves nothing",
    asShop(async (at) => {
      const file = join(at.folder, "t.pkr.hcl");
      const wrapper = "case '{{.Command}}' in *umount*|*rmdir*) {{.Command}};; *) echo not allowed >&2; exit 9;; esac";
      writeFileSync(
        file,
        readFileSync(file, "utf8")
          .replace(
            /command_wrapper = .*/,
            `command_wrapper = ${hcl(wrapper.replace("'{{.Command}}'", '"$(cat <<E\n{{.Command}}\nE\n)"'))}`,
          )
          .replace(/pre_mount_commands.*|post_mount_commands.*/g, "")
          .replace('"wrapped"', '"refused"'),
      );
      const { code, stdout, stderr } = await at.run(["build", "-local", file]);
      assert.is(code, 1, stdout + stderr);
      assert.match(stdout, "not allowed");
      assert.equal(await at.leftovers(), []);
    }),
  );
  test.unless(unable, "closes the workshop", () => shop?.close());
});

// The null builder over SSH, against a private sshd: shell and file provisioners.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { buildThere, sshTemplate } from "../../support/ssh-template.js";
import { whyNoSshd, withSshd } from "../../support/sshd.js";

const unable = whyNoSshd();
const HUGE = 3_000_000_000;

const shell = (...lines: readonly string[]): string => `provisioner "shell" { inline = ${JSON.stringify(lines)} }`;

describe("the null builder over ssh", (test) => {
  test.unless(unable, "says what Packer says, and runs scripts with their environment and exit codes", () =>
    withSshd(async (sshd) => {
      const blocks = `
  provisioner "shell" {
    env    = { Q = "it's \\"quoted\\" $HOME", E = "" }
    inline = ["echo Q=$Q [$E]", "printf 'a\\\\rb\\\\n'", "echo to-stderr >&2", "printf 'no newline'"]
  }
  ${shell("echo user=${build.User} port=${build.Port} id=${build.ID} type=${build.ConnType}", "exit 7")}`;
      const { code, stdout, stderr } = await buildThere(sshd, sshTemplate(sshd, blocks));
      assert.is(code, 1, stdout + stderr);
      const lines = stdout.split("\n");
      for (const line of [
        "Using SSH communicator to connect: 127.0.0.1",
        "Waiting for SSH to become available...",
        "Connected to SSH!",
        `Q=it's "quoted" $HOME []`,
        "b",
        "to-stderr",
        "no newline",
        `user=${sshd.user} port=${sshd.port} id=Null type=ssh`,
      ])
        assert.ok(lines.includes(`==> null.s: ${line}`), `${line}\n${stdout}`);
      assert.match(stdout, "Script exited with non-zero exit status: 7. Allowed exit codes are: [0]");
    }),
  );

  for (const method of ["scp", "sftp"]) {
    test.unless(
      unable,
      `${method}: files both ways, with modes, folders and slashes at the end; a folder goes into one that is there, or becomes one that is not`,
      () =>
        withSshd(async (sshd) => {
          const here = (name: string): string => join(sshd.folder, name);
          const there = here("machine");
          mkdirSync(join(there, "d"), { recursive: true });
          mkdirSync(here("tree/inner"), { recursive: true, mode: 0o755 });
          chmodSync(here("tree/inner"), 0o750);
          writeFileSync(here("tree/inner/leaf"), "leaf\n");
          symlinkSync("inner/leaf", here("tree/link"));
          writeFileSync(here("tree/with 'quote' $x"), "odd\n");
          const big = Buffer.alloc(3_000_000, "0123456789abcdef!");
          writeFileSync(here("big"), big);
          chmodSync(here("big"), 0o751);
          const file = (fields: string): string => `provisioner "file" {\n${fields}\n}`;
          const blocks = [
            file(`content = "made of text\\n"\ndestination = "${there}/content"`),
            file(`source = "big"\ndestination = "${there}/d/"`),
            file(`source = "big"\ndestination = "${there}/renamed"`),
            file(`source = "tree"\ndestination = "${there}/new/deep"`),
            file(`source = "tree"\ndestination = "${there}/new"`),
            file(`source = "tree"\ndestination = "${there}/slash/"`),
            file(`source = "tree/"\ndestination = "${there}/contents"`),
            file(`direction = "download"\nsource = "${there}/d/big"\ndestination = "back/"`),
            file(`direction = "download"\nsource = "${there}/contents/"\ndestination = "back"`),
          ].join("\n");
          const { code, stdout, stderr } = await buildThere(
            sshd,
            sshTemplate(sshd, blocks, { ssh_file_transfer_method: method }),
          );
          assert.is(code, 0, stdout + stderr);
          assert.is(readFileSync(join(there, "content"), "utf8"), "made of text\n");
          for (const path of [join(there, "d/big"), join(there, "renamed"), here("back/big")])
            assert.ok(readFileSync(path).equals(big), path);
          assert.is(statSync(join(there, "renamed")).mode & 0o7777, 0o751);
          for (const tree of [
            join(there, "new/deep"),
            join(there, "new/tree"),
            join(there, "slash"),
            join(there, "contents"),
            here("back/contents"),
          ]) {
            assert.is(readFileSync(join(tree, "inner/leaf"), "utf8"), "leaf\n", tree);
            assert.is(readFileSync(join(tree, "link"), "utf8"), "leaf\n", tree);
            assert.is(readFileSync(join(tree, "with 'quote' $x"), "utf8"), "odd\n", tree);
            assert.is(statSync(join(tree, "inner")).mode & 0o777, 0o750, tree);
          }
          assert.not(existsSync(join(there, "contents/tree")));
        }),
    );

    test.unless(unable, `${method}: a pattern downloads what it matches on the machine, files and folders`, () =>
      withSshd(async (sshd) => {
        const there = join(sshd.folder, "it's there");
        mkdirSync(join(there, "a-folder"), { recursive: true });
        for (const name of ["a1.log", "a 2.log", "b.log", "a-folder/inner"]) writeFileSync(join(there, name), name);
        const from = (pattern: string): string =>
          `provisioner "file" {\ndirection = "download"\nsource = "${there}/${pattern}"\ndestination = "back"\n}`;
        const options = { ssh_file_transfer_method: method };
        const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, from("a*"), options));
        assert.is(code, 0, stdout);
        for (const name of ["a1.log", "a 2.log", "a-folder/inner"])
          assert.is(readFileSync(join(sshd.folder, "back", name), "utf8"), name);
        assert.not(existsSync(join(sshd.folder, "back/b.log")));
        const none = await buildThere(sshd, sshTemplate(sshd, from("z*"), options));
        assert.is(none.code, 1);
        assert.match(none.stdout, "nothing on the machine matches");
      }),
    );

    test.unless(unable, `${method}: a timeout ends the transfer of a folder, in the midst of a file`, () =>
      withSshd(async (sshd) => {
        mkdirSync(join(sshd.folder, "tree"));
        // Sparse, and much more than goes over in the time.
        writeFileSync(join(sshd.folder, "tree/huge"), "");
        truncateSync(join(sshd.folder, "tree/huge"), HUGE);
        for (const fields of [
          `source = "tree"\ndestination = "${sshd.folder}/up"`,
          `direction = "download"\nsource = "${sshd.folder}/tree/"\ndestination = "down"`,
        ]) {
          const block = `provisioner "file" {\n${fields}\ntimeout = "500ms"\n}`;
          const { code, stdout, stderr } = await buildThere(
            sshd,
            sshTemplate(sshd, block, { ssh_file_transfer_method: method }),
          );
          assert.is(code, 1, stdout + stderr);
          assert.match(stdout, "Cancelling provisioner after a timeout...");
          assert.match(stdout, "--> null.s: context canceled");
        }
        // It may not even have been begun.
        for (const folder of ["up", "down"]) {
          const size = statSync(join(sshd.folder, folder, "tree/huge"), { throwIfNoEntry: false })?.size ?? 0;
          assert.ok(size < HUGE, `${folder}: ${size}`);
        }
      }),
    );

    test.unless(unable, `${method}: a folder in the way and one that is missing are named, and nothing is made`, () =>
      withSshd(async (sshd) => {
        writeFileSync(join(sshd.folder, "f"), "f\n");
        mkdirSync(join(sshd.folder, "d"));
        for (const [destination, wanted] of [
          [join(sshd.folder, "d"), "is a folder on the machine: end the destination with a slash"],
          [join(sshd.folder, "missing/f"), `there is no folder ${sshd.folder}/missing on the machine`],
        ] as const) {
          const block = `provisioner "file" {\nsource = "f"\ndestination = "${destination}"\n}`;
          const { code, stdout } = await buildThere(
            sshd,
            sshTemplate(sshd, block, { ssh_file_transfer_method: method }),
          );
          assert.is(code, 1, stdout);
          assert.match(stdout, wanted);
        }
        assert.not(existsSync(join(sshd.folder, "missing")));
      }),
    );
  }
});

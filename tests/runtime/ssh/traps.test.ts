// The table of traps (cli-runtime §10): what shows only on a machine behind SSH. [Packer]: as Packer; [D]: as the table's or
// decisions.md's own rule. 29 to 31, where connections end and exit codes count, are in shell.test.ts.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { buildThere, sshTemplate } from "../../support/ssh-template.js";
import { type Sshd, whyNoSshd, withSshd } from "../../support/sshd.js";

const unable = whyNoSshd();

/** An sshd that writes down each command it is given; `commands` reads them. */
async function withCommands(use: (sshd: Sshd, commands: () => string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-commands-"));
  const log = join(folder, "log");
  const script = join(folder, "command");
  writeFileSync(log, "");
  writeFileSync(
    script,
    `#!/bin/sh\nprintf '%s\\n' "$SSH_ORIGINAL_COMMAND" >> ${log}\nexec /bin/sh -c "$SSH_ORIGINAL_COMMAND"\n`,
    { mode: 0o755 },
  );
  try {
    await withSshd((sshd) => use(sshd, () => readFileSync(log, "utf8")), [`ForceCommand ${script}`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const shell = (sshd: Sshd, fields: string): string =>
  `provisioner "shell" {\nremote_folder = "${sshd.folder}"\n${fields}\n}`;

describe("traps: the shell provisioner over ssh", (test) => {
  test.unless(unable, "32 [D] without a file of variables nothing is removed but the script: no bare rm -f", () =>
    withCommands(async (sshd, commands) => {
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, shell(sshd, `inline = ["true"]`)));
      assert.is(code, 0, stdout);
      const removals = commands().match(/^rm -f.*$/gm) ?? [];
      assert.is(removals.length, 1, commands());
      assert.match(removals[0] ?? "", /^rm -f \S+\/script_\d+\.sh$/);
    }),
  );

  test.unless(unable, "33 [Packer] a quote in a value is closed, escaped and opened again; nothing expands", () =>
    withCommands(async (sshd, commands) => {
      const own = `inline = ["echo \\"Q=$Q\\""]\nenvironment_vars = ["Q=it's $HOME"]\nexecute_command = "{{.Vars}} sh {{.Path}}"`;
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, shell(sshd, own)));
      assert.is(code, 0, stdout);
      assert.match(stdout, "==> null.s: Q=it's $HOME\n");
      assert.match(commands(), `Q='it'"'"'s $HOME'`);
    }),
  );

  test.unless(unable, "33 [Packer] and none with the default command, which passes it by exec", () =>
    withCommands(async (sshd, commands) => {
      const fields = `inline = ["echo \\"Q=$Q\\""]\nenvironment_vars = ["Q=it's $HOME"]`;
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, shell(sshd, fields)));
      assert.is(code, 0, stdout);
      assert.match(stdout, "==> null.s: Q=it's $HOME\n");
      assert.not.match(commands(), "it's");
    }),
  );

  test.unless(unable, "34 [Packer] {{.Vars}} goes by the bytes of the names: BUILDER before BUILD_", () =>
    withCommands(async (sshd, commands) => {
      const own = `inline = ["true"]\nenv = { a = "1", Z = "2" }\nexecute_command = "{{.Vars}} sh {{.Path}}"`;
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, shell(sshd, own)));
      assert.is(code, 0, stdout);
      assert.match(commands(), "PACKER_BUILDER_TYPE='null' PACKER_BUILD_NAME='s' Z='2' a='1'  sh ");
    }),
  );

  test.unless(unable, "80 [D] a line of any length arrives whole", () =>
    withSshd(async (sshd) => {
      const text = `${"x".repeat(70_000)}`;
      writeFileSync(join(sshd.folder, "long.sh"), `#!/bin/sh\necho before\ntext=${text}\necho "after \${#text}"\n`);
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, shell(sshd, `script = "long.sh"`)));
      assert.is(code, 0, stdout);
      assert.match(stdout, "==> null.s: before\n");
      assert.match(stdout, "==> null.s: after 70000\n");
    }),
  );
});

describe("traps: the file provisioner over ssh", (test) => {
  for (const method of ["scp", "sftp"]) {
    const sent = async (sshd: Sshd, destination: string) => {
      writeFileSync(join(sshd.folder, "f"), "f\n");
      const block = `provisioner "file" {\nsource = "f"\ndestination = "${destination}"\n}`;
      return buildThere(sshd, sshTemplate(sshd, block, { ssh_file_transfer_method: method }));
    };

    test.unless(unable, `37 [D] ${method}: a folder that is missing is an error, and no file takes its name`, () =>
      withSshd(async (sshd) => {
        const { code, stdout } = await sent(sshd, `${sshd.folder}/missing/x.txt`);
        assert.is(code, 1, stdout);
        assert.match(stdout, `Upload failed: there is no folder ${sshd.folder}/missing on the machine`);
        assert.not(existsSync(join(sshd.folder, "missing")));
      }),
    );

    test.unless(unable, `38 [Packer] ${method}: a folder without a slash at its end is an error`, () =>
      withSshd(async (sshd) => {
        mkdirSync(join(sshd.folder, "d"));
        const { code, stdout } = await sent(sshd, `${sshd.folder}/d`);
        assert.is(code, 1, stdout);
        assert.match(stdout, `${sshd.folder}/d is a folder on the machine: end the destination with a slash`);
        assert.ok(statSync(join(sshd.folder, "d")).isDirectory());
        assert.not(existsSync(join(sshd.folder, "d/f")));
      }),
    );
  }
});

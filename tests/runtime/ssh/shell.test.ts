// The shell provisioner over SSH: connections that end, exit codes, environment, what is left on the machine.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { buildThere, sshTemplate } from "../../support/ssh-template.js";
import { type Sshd, whyNoSshd, withSshd } from "../../support/sshd.js";

const unable = whyNoSshd();

/** Scripts go into the test's own folder. */
const shell = (sshd: Sshd, fields: string): string =>
  `provisioner "shell" {\nremote_folder = "${sshd.folder}"\n${fields}\n}`;
const scriptsLeft = (sshd: Sshd): readonly string[] =>
  readdirSync(sshd.folder).filter((name) => /^(script|varfile)_\d+\.sh$/.test(name));

/** Ends all sessions once the script says so, and sshd itself for a while: a machine that reboots. */
function rebooting(sshd: Sshd, ms: number) {
  let begun = false;
  return (output: string): void => {
    if (begun || !output.includes("going down")) return;
    begun = true;
    void sshd.stop().then(() => setTimeout(() => void sshd.start().catch(() => undefined), ms).unref());
  };
}

describe("shell over ssh", (test) => {
  test.unless(
    unable,
    "30 [D] a connection that ends is a failure that names expect_disconnect, whatever valid_exit_codes",
    () =>
      withSshd(async (sshd) => {
        const block = shell(sshd, `inline = ["echo going down", "sleep 30"]\nvalid_exit_codes = [0, 2300218]`);
        const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, block), {
          onOutput: (output) => output.includes("going down") && sshd.drop(),
        });
        assert.is(code, 1, stdout);
        assert.match(stdout, "Script disconnected unexpectedly");
        assert.match(stdout, "expect_disconnect = true");
      }),
  );

  test.unless(unable, "expect_disconnect: waits for the machine that reboots, removes the script, and goes on", () =>
    withSshd(async (sshd) => {
      const blocks = [
        shell(sshd, `inline = ["echo going down", "sleep 30"]\nexpect_disconnect = true`),
        shell(sshd, `inline = ["echo up again"]`),
      ].join("\n");
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, blocks), { onOutput: rebooting(sshd, 3000) });
      assert.is(code, 0, stdout);
      assert.match(stdout, "==> null.s: up again");
      assert.equal(scriptsLeft(sshd), []);
    }),
  );

  test.unless(unable, "a remote_folder with blanks in its name is one word to the machine's shell, in rm, too", () =>
    withSshd(async (sshd) => {
      const folder = join(sshd.folder, "keep me");
      mkdirSync(folder);
      writeFileSync(join(sshd.folder, "keep"), "");
      const run = (more: string): string =>
        `provisioner "shell" {\nremote_folder = "${folder}"\ninline = ["echo at=$0 A=$A"]\nenv = { A = "b" }\n${more}\n}`;
      const blocks = [run(""), run("use_env_var_file = true"), run(`execute_command = "{{.Vars}} sh '{{.Path}}'"`)];
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, blocks.join("\n")));
      assert.is(code, 0, stdout);
      assert.is(stdout.match(/at=\S+\/keep me\/script_\d+\.sh A=b/g)?.length, 3, stdout);
      assert.equal(readdirSync(folder), []);
      assert.ok(existsSync(join(sshd.folder, "keep")));
    }),
  );

  test.unless(unable, "start_retry_timeout: a machine that does not come back ends the wait", () =>
    withSshd(async (sshd) => {
      const block = shell(
        sshd,
        `inline = ["echo going down", "sleep 30"]\nexpect_disconnect = true\nstart_retry_timeout = "3s"`,
      );
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, block), {
        onOutput: rebooting(sshd, 600_000),
      });
      assert.is(code, 1, stdout);
      assert.match(stdout, `127.0.0.1:${sshd.port}: connection refused`);
    }),
  );

  test.unless(
    unable,
    "use_env_var_file: variables in a file of their own, which only its user reads and which goes",
    () =>
      withSshd(async (sshd) => {
        writeFileSync(join(sshd.folder, "one.sh"), `#!/bin/sh\necho "1 $Q"\nstat -c %a ${sshd.folder}/varfile_*.sh\n`);
        writeFileSync(join(sshd.folder, "two.sh"), '#!/bin/sh\r\necho "2 $PACKER_BUILD_NAME"');
        const block = shell(
          sshd,
          `scripts = ["one.sh", "two.sh"]\nuse_env_var_file = true\nenvironment_vars = ["Q=it's $HOME"]`,
        );
        const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, block));
        assert.is(code, 0, stdout);
        for (const line of ["1 it's $HOME", "600", "2 s"]) assert.ok(stdout.includes(`==> null.s: ${line}\n`), stdout);
        assert.equal(scriptsLeft(sshd), []);
      }),
  );

  test.unless(unable, "execute_command of one's own sees the file's path and the variables in the file's format", () =>
    withSshd(async (sshd) => {
      const own = shell(
        sshd,
        `inline = ["env | grep ^A="]\nuse_env_var_file = true\nenv = { A = "b c" }\nexecute_command = "cat {{.EnvVarFile}}; {{.Vars}}sh {{.Path}} '{{.Nope}}'"`,
      );
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, own));
      assert.is(code, 0, stdout);
      assert.match(stdout, "==> null.s: export A='b c'\n");
      assert.match(stdout, "==> null.s: A=b c\n");
    }),
  );

  test.unless(unable, "an empty execute_command is the default, and a format of one's own is used with it", () =>
    withSshd(async (sshd) => {
      const own = (fields: string): string => shell(sshd, `inline = ["echo [$A]"]\nenv = { A = "$HOME" }\n${fields}`);
      const blocks = [own(`execute_command = ""\nenv_var_format = ""`), own(`env_var_format = "%s=\\"%s\\" "`)].join(
        "\n",
      );
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, blocks));
      assert.is(code, 0, stdout);
      assert.match(stdout, "==> null.s: [$HOME]\n");
      assert.match(stdout, /==> null\.s: \[\/[^$]*\]\n/);
    }),
  );

  test.unless(unable, "variables do not stand in any command line of the machine", () =>
    withSshd(async (sshd) => {
      const block = shell(
        sshd,
        `inline = ["echo got $S; cat /proc/[0-9]*/cmdline | tr '\\\\0' ' ' | grep -c s3cr3t-[7] || true"]\nenv = { S = "s3cr3t-7712" }`,
      );
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, block));
      assert.is(code, 0, stdout);
      assert.match(stdout, "got s3cr3t-7712");
      assert.match(stdout, "==> null.s: 0\n");
    }),
  );

  test.unless(
    unable,
    "31 [Packer] a script that fails stays on the machine, and skip_clean leaves one that did not",
    () =>
      withSshd(async (sshd) => {
        const template = sshTemplate(
          sshd,
          `${shell(sshd, `inline = ["exit 0"]\nskip_clean = true`)}\n${shell(sshd, `inline = ["exit 7"]\nremote_file = "mine.sh"`)}`,
        );
        const { code, stdout } = await buildThere(sshd, template);
        assert.is(code, 1, stdout);
        assert.is(scriptsLeft(sshd).length, 1);
        assert.is(readFileSync(join(sshd.folder, "mine.sh"), "utf8"), "#!/bin/sh -e\nexit 7\n");
        assert.is(statSync(join(sshd.folder, "mine.sh")).mode & 0o777, 0o755);
      }),
  );

  test.unless(unable, "29 [Packer] valid_exit_codes replaces the default, and a signal's is 128 and its number", () =>
    withSshd(async (sshd) => {
      const killed = shell(sshd, `inline = ["kill -TERM $$"]\nvalid_exit_codes = [143]`);
      const { code, stdout } = await buildThere(
        sshd,
        sshTemplate(sshd, `${killed}\n${shell(sshd, `inline = ["true"]\nvalid_exit_codes = [7]`)}`),
      );
      assert.is(code, 1, stdout);
      assert.match(stdout, "Script exited with non-zero exit status: 0. Allowed exit codes are: [7]");
    }),
  );

  test.unless(unable, "an interrupt ends the script on the machine", () =>
    withSshd(async (sshd) => {
      const mark = join(sshd.folder, "still-there");
      const block = shell(sshd, `inline = ["echo going down", "sleep 4", "touch ${mark}"]`);
      let interrupted = false;
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, block), {
        onOutput: (output, child) => {
          if (!interrupted && output.includes("going down")) interrupted = child.kill("SIGINT");
        },
      });
      assert.is(code, 130, stdout);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      assert.not(existsSync(mark));
    }),
  );
});

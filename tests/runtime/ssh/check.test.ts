// The communicator's options on the null builder, as `validate` judges them. No connection is made.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import { makeKey } from "../../support/sshd.js";
import { whyNoTool } from "../../support/workshop.js";

async function judged(command: string, ...fields: readonly string[]): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-ssh-options-"));
  try {
    const host = 'ssh_host = "192.0.2.1"\nssh_username = "u"';
    writeFileSync(join(folder, "not-a-key"), "hello\n");
    if (fields.join().includes("locked")) makeLockedKey(folder);
    if (fields.join().includes("good-key")) makeKey(folder, "good-key");
    writeFileSync(
      join(folder, "t.pkr.hcl"),
      `source "null" "s" {\n${host}\n${fields.join("\n")}\n}\nbuild { sources = ["null.s"] }\n`,
    );
    return await pkrts([command, "t.pkr.hcl"], { cwd: folder, env: { XDG_STATE_HOME: folder, HOME: folder } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeLockedKey(folder: string): void {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "phrase", "-f", join(folder, "locked")]);
}

const PASSWORD = 'ssh_password = "p"';
const flat = (text: string): string => text.replace(/\s*│?\s+/g, " ");

describe("options of the ssh communicator", (test) => {
  rows(
    test,
    [
      ["one way to log in only", [PASSWORD, "ssh_agent_auth = true"], "only one of ssh_agent_auth, ssh_password, and"],
      [
        "a way to transfer files that there is not",
        [PASSWORD, 'ssh_file_transfer_method = "ftp"'],
        "ssh_file_transfer_method ('ftp') is invalid, valid methods: sftp, scp",
      ],
      [
        "no way into the bastion",
        ["ssh_agent_auth = true", 'ssh_bastion_host = "b"'],
        "ssh_bastion_agent_auth must be",
      ],
      [
        "a bastion and a proxy",
        [PASSWORD, 'ssh_bastion_host = "b"', 'ssh_bastion_password = "p"', 'ssh_proxy_host = "x"'],
        "please specify either ssh_bastion_host or ssh_proxy_host, not both",
      ],
      [
        "a tunnel that is none",
        [PASSWORD, 'ssh_local_tunnels = ["80"]'],
        "ssh_local_tunnels ('80') is invalid: Error parsing tunnel '80'",
      ],
      ["a duration that is none", [PASSWORD, 'ssh_timeout = "5"'], "missing unit in duration"],
      [
        "a key file that is not there",
        ['ssh_private_key_file = "gone"'],
        "ssh_private_key_file is invalid: stat gone: no such file or directory",
      ],
      ["a file that is no key", ['ssh_private_key_file = "~/not-a-key"'], "not-a-key': no key found"],
      [
        "a certificate without a key",
        [PASSWORD, 'ssh_certificate_file = "c"'],
        "ssh_private_key_file must be specified if ssh_certificate_file is specified",
      ],
      ["a name that is nearly an option", [PASSWORD, 'ssh_hots = "x"'], "ssh_hots"],
    ],
    async (fields: readonly string[], wanted: string) => {
      const { code, stderr } = await judged("validate", ...fields);
      assert.is(code, 1, stderr);
      assert.match(flat(stderr), wanted);
    },
  );

  test.unless(whyNoTool("ssh-keygen"), "a key with a passphrase is told from one without", async () => {
    const locked = await judged("validate", 'ssh_private_key_file = "locked"');
    assert.is(locked.code, 1);
    assert.match(flat(locked.stderr), "password protected keys are not supported");
    const good = await judged("validate", 'ssh_private_key_file = "good-key"');
    assert.is(good.code, 0, good.stderr);
  });

  test.unless(whyNoTool("ssh-keygen"), "a certificate warns, and can't be built with", async () => {
    const fields = ['ssh_private_key_file = "good-key"', 'ssh_certificate_file = "good-key.pub"'];
    const warned = await judged("validate", ...fields);
    assert.is(warned.code, 0, warned.stderr);
    assert.match(flat(warned.stderr), "ssh_certificate_file is not supported");
    assert.is((await judged("build", ...fields)).code, 1);
  });

  test("a port that is none warns, and can't be built with", async () => {
    const fields = [PASSWORD, "ssh_port = 70000"];
    const warned = await judged("validate", ...fields);
    assert.is(warned.code, 0, warned.stderr);
    assert.match(flat(warned.stderr), "ssh_port must be between 1 and 65535, not 70000");
    assert.is((await judged("build", ...fields)).code, 1);
  });

  test("what makes keys for other builders only warns; WinRM warns, and can't be built", async () => {
    const keys = await judged("validate", PASSWORD, "ssh_clear_authorized_keys = true");
    assert.is(keys.code, 0, keys.stderr);
    assert.match(keys.stderr, "ssh_clear_authorized_keys does nothing here");
    const winrm = 'communicator = "winrm"\nwinrm_host = "h"\nwinrm_username = "u"\nwinrm_password = "p"';
    for (const field of ['winrm_username = "w"', winrm]) {
      const warned = await judged("validate", PASSWORD, field);
      assert.is(warned.code, 0, warned.stderr);
      assert.match(warned.stderr.toLowerCase(), "winrm");
      const built = await judged("build", PASSWORD, field);
      assert.is(built.code, 1, built.stdout);
    }
  });
});

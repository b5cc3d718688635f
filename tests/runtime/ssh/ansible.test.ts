// The ansible provisioner: real ansible-playbook against a private sshd, and what it is run with.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { buildThere, sshTemplate } from "../../support/ssh-template.js";
import { type Sshd, whyNoSshd, withSshd } from "../../support/sshd.js";
import { whyNoTool } from "../../support/workshop.js";

const unable = whyNoSshd();
const noAnsible = unable ?? whyNoTool("ansible-playbook");

const ansible = (...fields: readonly string[]): string => `provisioner "ansible" {\n${fields.join("\n")}\n}`;

const PLAYBOOK = `
- hosts: web
  gather_facts: false
  vars: { greeting: "from {{ packer_build_name }}/{{ packer_builder_type }}" }
  tasks:
    - copy: { content: "{{ greeting }} {{ own }} {{ inventory_hostname }} {{ beside }}\\n", dest: "{{ target }}", mode: "0640" }
    - command: sh -c 'echo "port={{ ansible_port }} user={{ ansible_user }} env={{ lookup('env', 'OWN') }}"'
      register: said
    - debug: { var: said.stdout }
`;

/** Stands in for Ansible's programs: writes down its arguments and the inventory, and ends as it is told. */
function recorder(sshd: Sshd, exitCode = 0): { readonly path: string; calls(): readonly string[] } {
  const path = join(sshd.folder, "recorder");
  const log = join(sshd.folder, "calls");
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$1" = --version ] && exit 0\nfor word in "$@"; do printf '%s|' "$word" >> ${log}; last=$before; before=$word; done\necho >> ${log}\n[ -f "$last" ] && cat "$last"\necho "played with $OWN"\nexit ${exitCode}\n`,
  );
  chmodSync(path, 0o755);
  writeFileSync(join(sshd.folder, "p.yml"), "");
  return { path, calls: () => readFileSync(log, "utf8").trim().split("\n") };
}

const leftInventories = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.startsWith("packer-provisioner-ansible"));

describe("ansible over ssh", (test) => {
  test.unless(noAnsible, "plays a playbook on the machine, with its group_vars, its variables and the user's", () =>
    withSshd(async (sshd) => {
      mkdirSync(join(sshd.folder, "inventory/group_vars"), { recursive: true });
      writeFileSync(join(sshd.folder, "inventory/group_vars/web.yml"), "beside: group-vars\n");
      writeFileSync(join(sshd.folder, "p.yml"), PLAYBOOK);
      const target = join(sshd.folder, "made");
      const block = ansible(
        'playbook_file = "p.yml"',
        'inventory_directory = "inventory"',
        'host_alias = "box"',
        'groups = ["web"]',
        'empty_groups = ["none"]',
        'ansible_env_vars = ["OWN=from-env", "ANSIBLE_NOCOLOR=1"]',
        `extra_arguments = ["-e", "own=mine target=${target}"]`,
      );
      const { code, stdout, stderr } = await buildThere(sshd, sshTemplate(sshd, block));
      assert.is(code, 0, stdout + stderr);
      assert.is(readFileSync(target, "utf8"), "from s/null mine box group-vars\n");
      assert.is(statSync(target).mode & 0o777, 0o640);
      assert.match(stdout, "==> null.s: Provisioning with Ansible...\n");
      assert.match(stdout, `port=${sshd.port} user=${sshd.user} env=from-env`);
      assert.equal(leftInventories(join(sshd.folder, "inventory")), []);
    }),
  );

  test.unless(noAnsible, "trusts the hosts of ssh_known_hosts_file, and no others", () =>
    withSshd(async (sshd) => {
      const file = join(sshd.folder, "known 50% hosts");
      writeFileSync(file, `[127.0.0.1]:${sshd.port} ${sshd.hostKey}\n`);
      writeFileSync(
        join(sshd.folder, "p.yml"),
        "- hosts: all\n  gather_facts: false\n  tasks: [{ raw: echo played }]\n",
      );
      const known = { ssh_known_hosts_file: file };
      const play = (...fields: readonly string[]): string => ansible('playbook_file = "p.yml"', ...fields);
      const trusted = await buildThere(sshd, sshTemplate(sshd, play(), known));
      assert.is(trusted.code, 0, trusted.stdout);
      await withSshd(async (other) => {
        writeFileSync(
          join(sshd.folder, "others"),
          `o ansible_host=127.0.0.1 ansible_port=${other.port} ansible_user=${other.user} ansible_ssh_private_key_file=${other.key}\n`,
        );
        const elsewhere = play(
          'inventory_file = "others"',
          `extra_arguments = ["-e", "ansible_ssh_private_key_file=${other.key}"]`,
        );
        const stranger = await buildThere(sshd, sshTemplate(sshd, elsewhere, known));
        assert.is(stranger.code, 1, stranger.stdout);
        assert.match(stranger.stdout, "Host key verification failed");
        const anybody = await buildThere(sshd, sshTemplate(sshd, elsewhere));
        assert.is(anybody.code, 0, anybody.stdout);
      });
    }),
  );

  test.unless(noAnsible, "a task that fails fails the build, with Ansible's words before", () =>
    withSshd(async (sshd) => {
      writeFileSync(join(sshd.folder, "p.yml"), "- hosts: all\n  gather_facts: false\n  tasks: [{ raw: exit 3 }]\n");
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, ansible('playbook_file = "p.yml"')));
      assert.is(code, 1, stdout);
      assert.match(stdout, "Error executing Ansible: Non-zero exit status: exit status 2");
      assert.match(stdout, "FAILED!");
    }),
  );
});

describe("what ansible is run with", (test) => {
  test.unless(unable, "arguments in order, the machine's line under each of its groups, nothing left", () =>
    withSshd(async (sshd) => {
      const { path, calls } = recorder(sshd);
      const block = ansible(
        `command = "${path}"`,
        'playbook_file = "p.yml"',
        'groups = ["a", "b"]',
        'empty_groups = ["c"]',
        'user = "somebody"',
        'ansible_env_vars = ["OWN=x=y"]',
        'extra_arguments = ["--limit", "default"]',
        "keep_inventory_file = true",
        `inventory_directory = "${sshd.folder}"`,
      );
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, block));
      assert.is(code, 0, stdout);
      assert.match(stdout, "played with x=y");
      const line = `default ansible_host=127.0.0.1 ansible_user=somebody ansible_port=${sshd.port}\n`;
      const [inventory = ""] = leftInventories(sshd.folder);
      assert.is(readFileSync(join(sshd.folder, inventory), "utf8"), `${line}[a]\n${line}[b]\n${line}[c]\n`);
      assert.is(
        calls()[0],
        `-e|packer_build_name=s|-e|packer_builder_type=null|--ssh-extra-args|-o IdentitiesOnly=yes|-e|ansible_ssh_private_key_file=${sshd.key}|--limit|default|-i|${join(sshd.folder, inventory)}|${sshd.folder}/p.yml|`,
      );
    }),
  );

  test.unless(unable, "roles and collections first, where and as they are to be installed", () =>
    withSshd(async (sshd) => {
      const { path, calls } = recorder(sshd);
      const both = "roles: []\ncollections: []\n";
      for (const [text, wanted] of [
        ["- src: x\n", ["install|-r|F|-p|R|-f|"]],
        [both, ["install|-r|F|-p|R|-f|", "collection|install|-r|F|-p|C|-f|"]],
        ["collections: []\n", ["collection|install|-r|F|-p|C|-f|"]],
      ] as const) {
        writeFileSync(join(sshd.folder, "galaxy.yml"), text);
        writeFileSync(join(sshd.folder, "calls"), "");
        const block = ansible(
          `command = "${path}"`,
          `galaxy_command = "${path}"`,
          'playbook_file = "p.yml"',
          'galaxy_file = "galaxy.yml"',
          "galaxy_force_install = true",
          'roles_path = "roles"',
          'collections_path = "collections"',
        );
        const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, block));
        assert.is(code, 0, stdout);
        const at = (line: string): string =>
          line
            .replace("F", join(sshd.folder, "galaxy.yml"))
            .replace("|R|", `|${join(sshd.folder, "roles")}|`)
            .replace("|C|", `|${join(sshd.folder, "collections")}|`);
        assert.equal(calls().slice(0, -1), wanted.map(at));
      }
    }),
  );

  test.unless(
    unable,
    "a command that is not there or fails is named; an inventory of the user's is used as it is",
    () =>
      withSshd(async (sshd) => {
        const { path, calls } = recorder(sshd, 4);
        const gone = ansible('command = "no-such-ansible"', 'playbook_file = "p.yml"');
        const missing = await buildThere(sshd, sshTemplate(sshd, gone));
        assert.match(missing.stdout, 'Error running "no-such-ansible --version"');
        writeFileSync(join(sshd.folder, "hosts"), "mine\n");
        const own = ansible(`command = "${path}"`, 'playbook_file = "p.yml"', 'inventory_file = "hosts"');
        const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, own));
        assert.is(code, 1);
        assert.match(stdout, "Non-zero exit status: exit status 4");
        assert.match(calls()[0] ?? "", `-i|${sshd.folder}/hosts|${sshd.folder}/p.yml|`);
        assert.ok(existsSync(join(sshd.folder, "hosts")));
      }),
  );
});

describe("validating ansible", (test) => {
  const validated = async (sshd: Sshd, command: string, ...fields: readonly string[]): Promise<Finished> => {
    writeFileSync(join(sshd.folder, "t.pkr.hcl"), sshTemplate(sshd, ansible(...fields)));
    return pkrts([command, "t.pkr.hcl"], { cwd: sshd.folder, env: { XDG_STATE_HOME: sshd.folder } });
  };

  test.unless(unable, "what is missing or wrong is named; the proxy's options are a warning, then an error", () =>
    withSshd(async (sshd) => {
      writeFileSync(join(sshd.folder, "p.yml"), "");
      const playbook = 'playbook_file = "p.yml"';
      for (const [fields, wanted] of [
        [[], "playbook_file must be specified"],
        [
          ['playbook_file = "gone.yml"'],
          "playbook_file: gone.yml is invalid: stat gone.yml: no such file or directory",
        ],
        [['playbook_file = "."'], "it must point to a file"],
        [[playbook, 'inventory_directory = "p.yml"'], "it must point to a folder"],
        [[playbook, 'ansible_env_vars = ["NOPE"]'], "not in format 'key=value': NOPE"],
        [[playbook, 'playbok = "x"'], "playbok"],
      ] as const) {
        const { code, stderr } = await validated(sshd, "validate", ...fields);
        assert.is(code, 1, stderr);
        assert.match(stderr.replace(/\s*│?\s+/g, " "), wanted);
      }
      const asked = await validated(sshd, "validate", playbook, "use_proxy = true", "local_port = 1");
      assert.is(asked.code, 0, asked.stderr);
      assert.match(asked.stderr, "use_proxy is for Packer's SSH proxy");
      const built = await validated(sshd, "build", playbook, "use_proxy = true");
      assert.is(built.code, 1, built.stdout);
      const plain = await validated(sshd, "validate", playbook, "use_proxy = false");
      assert.is(plain.code, 0, plain.stderr);
      assert.is(plain.stderr, "");
    }),
  );
});

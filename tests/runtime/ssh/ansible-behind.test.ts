// The ansible provisioner where the machine is behind a bastion or a proxy: real ansible-playbook, and a name that only they know.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import ssh2 from "ssh2";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { socksProxy } from "../../support/socks-proxy.js";
import { buildThere, sshTemplate } from "../../support/ssh-template.js";
import { freePort, type Sshd, whyNoSshd, withSshd } from "../../support/sshd.js";
import { whyNoTool } from "../../support/workshop.js";

const noAnsible = whyNoSshd() ?? whyNoTool("ansible-playbook");
/** Nothing here resolves it: who goes straight arrives nowhere. */
const INSIDE = "inside.test";

/** A playbook that copies a file and runs a command; `fields`: more of the provisioner's. */
function playing(sshd: Sshd, fields = ""): string {
  const target = join(sshd.folder, "made");
  writeFileSync(
    join(sshd.folder, "p.yml"),
    `- hosts: all\n  gather_facts: false\n  tasks:\n    - copy: { content: "by {{ ansible_host }}\\n", dest: "${target}" }\n    - command: cat ${target}\n`,
  );
  return `provisioner "ansible" {\n  playbook_file = "p.yml"\n${fields}\n}`;
}

async function plays(sshd: Sshd, way: Parameters<typeof sshTemplate>[2], env: Record<string, string> = {}) {
  const finished = await buildThere(sshd, sshTemplate(sshd, playing(sshd), { ssh_host: INSIDE, ...way }), { env });
  assert.is(finished.code, 0, finished.stdout + finished.stderr);
  assert.is(readFileSync(join(sshd.folder, "made"), "utf8"), `by ${INSIDE}\n`);
  return finished;
}

describe("ansible behind a bastion or a proxy", (test) => {
  test.unless(noAnsible, "goes through the bastion that pkrts is logged in to, also by password", () =>
    withSshd(async (sshd) => {
      const bastion = await passwordBastion(join(sshd.folder, "host_key"));
      const { stdout } = await plays(sshd, {
        ssh_bastion_host: "127.0.0.1",
        ssh_bastion_port: bastion.port,
        ssh_bastion_username: "jump",
        ssh_bastion_password: "let-me-in",
      });
      assert.equal([...new Set(bastion.asked)], [`${INSIDE}:${sshd.port}`]);
      assert.ok(bastion.asked.length >= 2, "pkrts itself, and Ansible");
      assert.is(bastion.logins(), 1);
      assert.not.match(stdout, "let-me-in");
      bastion.server.close();
    }),
  );

  test.unless(noAnsible, "goes through the SOCKS5 proxy, with its name and password, and leaves nothing", () =>
    withSshd(async (sshd) => {
      const proxy = await socksProxy({ [INSIDE]: "127.0.0.1" });
      const folder = join(sshd.folder, "one of 'tmp'");
      mkdirSync(folder);
      const way = { ssh_proxy_host: "127.0.0.1", ssh_proxy_port: proxy.port, ssh_proxy_username: "u" };
      await plays(sshd, { ...way, ssh_proxy_password: "pw-1234" }, { TMPDIR: folder });
      assert.ok(proxy.served().length >= 2);
      for (const one of proxy.served()) assert.is(one, `u/pw-1234@${INSIDE}:${sshd.port}`);
      assert.equal(
        readdirSync(folder).filter((name) => name.startsWith("packer-provisioner")),
        [],
      );
      proxy.server.close();
    }),
  );

  test.unless(noAnsible, "with a percent sign in the path of temporary files, in which ssh puts names", () =>
    withSshd(async (sshd) => {
      const proxy = await socksProxy({ [INSIDE]: "127.0.0.1" });
      const folder = join(sshd.folder, "100%h");
      mkdirSync(folder);
      await plays(sshd, { ssh_proxy_host: "127.0.0.1", ssh_proxy_port: proxy.port }, { TMPDIR: folder });
      assert.equal(
        readdirSync(sshd.folder).filter((name) => name.startsWith("100%")),
        ["100%h"],
      );
      proxy.server.close();
    }),
  );

  test.unless(noAnsible, "says why there is no way to a host, and does not go straight", () =>
    withSshd(async (sshd) => {
      const proxy = await socksProxy();
      const gone = await freePort();
      writeFileSync(join(sshd.folder, "hosts"), `a ansible_host=127.0.0.1 ansible_port=${gone}\n`);
      const block = playing(sshd, '  inventory_file = "hosts"');
      const way = { ssh_proxy_host: "127.0.0.1", ssh_proxy_port: proxy.port };
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, block, way));
      assert.is(code, 1);
      assert.match(stdout, `127.0.0.1:${gone} through the proxy 127.0.0.1:${proxy.port}: `);
      assert.not.ok(existsSync(join(sshd.folder, "made")));
      proxy.server.close();
    }),
  );
});

/** Lets in by password, and knows where {@link INSIDE} is. */
async function passwordBastion(hostKey: string) {
  const asked: string[] = [];
  let logins = 0;
  const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey)] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      if (context.method !== "password" || context.password !== "let-me-in") return context.reject(["password"]);
      logins += 1;
      context.accept();
    });
    client.on("ready", () =>
      client.on("tcpip", (accept, _reject, { destIP, destPort }) => {
        asked.push(`${destIP}:${destPort}`);
        const onward = connect(destPort, destIP === INSIDE ? "127.0.0.1" : destIP);
        const channel = accept();
        for (const end of [onward, channel]) end.on("error", () => onward.destroy());
        channel.pipe(onward).pipe(channel);
      }),
    );
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  // A test that fails must not hold its process.
  server.unref();
  return { server, port, asked, logins: () => logins };
}

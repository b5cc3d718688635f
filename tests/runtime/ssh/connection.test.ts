// How the null builder gets to a machine over SSH, and what it says when it does not.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ssh2, { type AuthContext } from "ssh2";
import * as assert from "uvu/assert";
import type { Finished } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { listening, socksProxy } from "../../support/socks-proxy.js";
import { buildThere, sshTemplate } from "../../support/ssh-template.js";
import { freePort, openSshd, type Sshd, whyNoSshd, withSshd } from "../../support/sshd.js";

const unable = whyNoSshd();
const HELLO = `provisioner "shell" { inline = ["echo hello from there"] }`;

type Options = Parameters<typeof sshTemplate>[2];

async function says(sshd: Sshd, options: Options, wanted: string | RegExp, blocks = HELLO): Promise<Finished> {
  const finished = await buildThere(sshd, sshTemplate(sshd, blocks, options));
  assert.is(finished.code, 1, finished.stdout + finished.stderr);
  assert.match(finished.stdout.replace(/\s+/g, " "), wanted);
  assert.not.match(finished.stdout + finished.stderr, /at \S+ \(.*:\d+:\d+\)/);
  return finished;
}

async function greets(sshd: Sshd, options: Options, blocks = HELLO, env = {}): Promise<Finished> {
  const finished = await buildThere(sshd, sshTemplate(sshd, blocks, options), { env });
  assert.is(finished.code, 0, finished.stdout + finished.stderr);
  if (blocks === HELLO) assert.match(finished.stdout, "==> null.s: hello from there\n");
  return finished;
}

describe("connecting over ssh", (test) => {
  test.unless(unable, "a key that may not log in: attempts are counted, and the key is named", () =>
    withSshd(async (sshd) => {
      const options = { ssh_private_key_file: sshd.strangerKey, ssh_timeout: undefined, ssh_handshake_attempts: 2 };
      await says(
        sshd,
        options,
        `Error waiting for SSH: 127.0.0.1:${sshd.port} refused to let ${sshd.user} in by the key`,
      );
      const log = readFileSync(join(sshd.folder, "log"), "utf8");
      assert.is(log.split("Failed publickey").length - 1, 2);
    }),
  );

  test.unless(unable, "a host that has no name, a port where nothing listens", () =>
    withSshd(async (sshd) => {
      const port = await freePort();
      const timeout = { ssh_timeout: "1s" };
      await says(
        sshd,
        { ...timeout, ssh_host: "nowhere.invalid" },
        /Timeout waiting for SSH\. The last attempt: nowhere\.invalid:\d+: (no such host|the name can't be looked up now)/,
      );
      await says(
        sshd,
        { ...timeout, ssh_port: port },
        `Timeout waiting for SSH. The last attempt: 127.0.0.1:${port}: connection refused`,
      );
    }),
  );

  test.unless(
    unable,
    "a server that accepts and is silent, and one that speaks something else, end with ssh_timeout",
    () =>
      withSshd(async (sshd) => {
        for (const greeting of ["", "HTTP/1.1 400 Bad Request\r\n\r\n"]) {
          const { server, port } = await listening((socket) => socket.write(greeting));
          const start = Date.now();
          await says(sshd, { ssh_port: port, ssh_timeout: "2s" }, "Timeout waiting for SSH.");
          assert.ok(Date.now() - start < 8000);
          server.close();
        }
      }),
  );

  test.unless(unable, "a machine that comes up later is waited for", () =>
    withSshd(async (sshd) => {
      await sshd.stop();
      setTimeout(() => void sshd.start().catch(() => undefined), 2500);
      await greets(sshd, {});
    }),
  );

  test.unless(unable, "an interrupt ends the wait", () =>
    withSshd(async (sshd) => {
      await sshd.stop();
      let sent = false;
      const { code, stdout } = await buildThere(sshd, sshTemplate(sshd, HELLO, { ssh_timeout: "10m" }), {
        onOutput: (output, child) => {
          if (!sent && output.includes("Waiting for SSH")) sent = child.kill("SIGINT");
        },
      });
      assert.is(code, 130, stdout);
    }),
  );

  test.unless(unable, "a connection that drops between provisioners is made anew, for commands and for files", () =>
    withSshd(async (sshd) => {
      const blocks = ["scp", "then"].map(
        (name) => `
  provisioner "shell-local" { inline = ["echo drop-${name}", "sleep 1"] }
  provisioner "file" {
    content     = "${name}"
    destination = "${sshd.folder}/${name}.txt"
  }`,
      );
      const dropped = new Set<string>();
      const template = sshTemplate(sshd, `${HELLO}\n${blocks.join("\n")}\n${HELLO}`);
      const { code, stdout } = await buildThere(sshd, template, {
        onOutput: (output) => {
          for (const [mark = ""] of output.matchAll(/drop-\w+/g)) {
            if (dropped.has(mark)) continue;
            dropped.add(mark);
            sshd.drop();
          }
        },
      });
      assert.is(code, 0, stdout);
      assert.is(dropped.size, 2);
      assert.is(stdout.split("hello from there").length - 1, 2);
      assert.is(readFileSync(join(sshd.folder, "then.txt"), "utf8"), "then");
    }),
  );

  test.unless(unable, "ssh_read_write_timeout: a command that is silent for too long counts as lost", () =>
    withSshd(async (sshd) => {
      const block = `provisioner "shell" { inline = ["echo begun", "sleep 20"] }`;
      await says(sshd, { ssh_read_write_timeout: "1s" }, "nothing was heard for 1 s (ssh_read_write_timeout)", block);
    }),
  );

  test.unless(unable, "pause_before_connecting: connects, waits, connects again", () =>
    withSshd(async (sshd) => {
      const { stdout } = await greets(sshd, { pause_before_connecting: "1s" });
      assert.match(stdout, "==> null.s: Pausing 1s before connecting...\n");
    }),
  );

  test.unless(unable, "ssh_pty gives commands a terminal; without it they have none", () =>
    withSshd(async (sshd) => {
      const block = `provisioner "shell" {
  inline = ["[ -t 1 ] && echo terminal || echo none", "echo $V"]
  env    = { V = "v v" }
}`;
      assert.match((await greets(sshd, { ssh_pty: true }, block)).stdout, "==> null.s: terminal\n==> null.s: v v\n");
      assert.match((await greets(sshd, {}, block)).stdout, "==> null.s: none\n==> null.s: v v\n");
    }),
  );

  test.unless(unable, "ssh_ciphers: what the server knows works, what nobody knows is named", () =>
    withSshd(async (sshd) => {
      await greets(sshd, { ssh_ciphers: ["aes256-ctr"], ssh_key_exchange_algorithms: ["ecdh-sha2-nistp256"] });
      await says(sshd, { ssh_ciphers: ["rot13"] }, "rot13");
    }),
  );
});

describe("host keys over ssh", (test) => {
  const file = (sshd: Sshd, text: string): Options => {
    writeFileSync(join(sshd.folder, "known"), text);
    return { ssh_known_hosts_file: "known" };
  };

  test.unless(unable, "a key that is known is accepted: plain, by pattern and hashed", () =>
    withSshd(async (sshd) => {
      const name = `[127.0.0.1]:${sshd.port}`;
      await greets(sshd, file(sshd, `# mine\nother ${sshd.hostKey}\n${name} ${sshd.hostKey}\n`));
      await greets(sshd, file(sshd, `!x,[127.0.0.*]:${sshd.port} ${sshd.hostKey} comment\n`));
      writeFileSync(join(sshd.folder, "hashed"), `${name} ${sshd.hostKey}\n`);
      execFileSync("ssh-keygen", ["-q", "-H", "-f", join(sshd.folder, "hashed")], { stdio: "ignore" });
      await greets(sshd, file(sshd, readFileSync(join(sshd.folder, "hashed"), "utf8")));
    }),
  );

  test.unless(unable, "an unknown host, another key, a revoked key and a missing file are refused at once", () =>
    withSshd(async (sshd) => {
      const name = `[127.0.0.1]:${sshd.port}`;
      const other = readFileSync(`${sshd.strangerKey}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
      await says(sshd, file(sshd, `127.0.0.1 ${sshd.hostKey}\n`), `Error waiting for SSH: ${name} is not in`);
      await says(sshd, file(sshd, `${name} ${other}\n`), /its host key SHA256:\S+ is not the one in/);
      await says(sshd, file(sshd, `${name} ${sshd.hostKey}\n@revoked * ${sshd.hostKey}\n`), "was revoked");
      await says(sshd, { ssh_known_hosts_file: "gone" }, "ssh_known_hosts_file: open");
    }),
  );
});

describe("logging in over ssh", (test) => {
  for (const kind of ["password", "keyboard-interactive"] as const) {
    test.unless(unable, `by ${kind}, and with a wrong password not`, () =>
      withSshd(async (sshd) => {
        const { server, port } = await passwordServer(kind, sshd.key);
        const login = { ssh_port: port, ssh_private_key_file: undefined, ssh_handshake_attempts: 1 };
        const { stdout } = await greets(sshd, { ...login, ssh_password: "let-me-in" }, "");
        assert.match(stdout, "Connected to SSH!");
        const refused = await says(sshd, { ...login, ssh_password: "wr0ng-word" }, "refused to let", "");
        assert.not.match(refused.stdout, "wr0ng-word");
        server.close();
      }),
    );
  }

  test.unless(unable, "by the agent, which scripts may use too unless they may not", () =>
    withSshd(async (sshd) => {
      const agent = await startAgent(sshd);
      try {
        const env = { SSH_AUTH_SOCK: join(sshd.folder, "agent") };
        const block = `provisioner "shell" { inline = ["ssh-add -l || true", "echo sock=$SSH_AUTH_SOCK"] }`;
        const byAgent = { ssh_private_key_file: undefined, ssh_agent_auth: true };
        assert.match((await greets(sshd, byAgent, block, env)).stdout, /==> null\.s: 256 SHA256:/);
        const { stdout } = await greets(sshd, { ...byAgent, ssh_disable_agent_forwarding: true }, block, env);
        assert.match(stdout, "==> null.s: sock=\n");
      } finally {
        agent.kill();
      }
      const finished = await buildThere(
        sshd,
        sshTemplate(sshd, HELLO, { ssh_private_key_file: undefined, ssh_agent_auth: true }),
        { env: { SSH_AUTH_SOCK: "" } },
      );
      assert.is(finished.code, 1);
      assert.match(finished.stderr + finished.stdout, "SSH_AUTH_SOCK names none");
    }),
  );
});

describe("ways to a machine behind others", (test) => {
  test.unless(unable, "a bastion; one that does not let us in is named", () =>
    withSshd(async (bastion) => {
      const target = await openSshd();
      try {
        const through = { ssh_bastion_host: "127.0.0.1", ssh_bastion_port: bastion.port, ssh_handshake_attempts: 1 };
        await greets(target, { ...through, ssh_bastion_private_key_file: bastion.key });
        assert.match(readFileSync(join(bastion.folder, "log"), "utf8"), "direct-tcpip");
        await says(target, through, `Error waiting for SSH: bastion 127.0.0.1:${bastion.port} refused to let`);
        const nowhere = {
          ...through,
          ssh_bastion_private_key_file: bastion.key,
          ssh_port: await freePort(),
          ssh_timeout: "2s",
        };
        await says(target, nowhere, "the bastion can't reach 127.0.0.1:");
      } finally {
        await target.close();
      }
    }),
  );

  test.unless(unable, "a SOCKS5 proxy, with a name and a password and without", () =>
    withSshd(async (sshd) => {
      const proxy = await socksProxy();
      await greets(sshd, { ssh_proxy_host: "127.0.0.1", ssh_proxy_port: proxy.port });
      await greets(sshd, {
        ssh_proxy_host: "127.0.0.1",
        ssh_proxy_port: proxy.port,
        ssh_proxy_username: "u",
        ssh_proxy_password: "pw-1234",
      });
      assert.equal(proxy.served(), [`127.0.0.1:${sshd.port}`, `u/pw-1234@127.0.0.1:${sshd.port}`]);
      proxy.server.close();
      await says(
        sshd,
        { ssh_proxy_host: "127.0.0.1", ssh_proxy_port: proxy.port, ssh_timeout: "1s" },
        `127.0.0.1:${sshd.port} through the proxy 127.0.0.1:${proxy.port}: connection refused`,
      );
    }),
  );

  test.unless(unable, "tunnels both ways; a port that is taken is named", () =>
    withSshd(async (sshd) => {
      const { server, port } = await listening((socket) => socket.end("through the tunnel\n"));
      const [here, there] = [await freePort(), await freePort()];
      const read = (at: number): string => `["bash -c 'cat < /dev/tcp/127.0.0.1/${at}'"]`;
      const blocks = `provisioner "shell-local" { inline = ${read(here)} }\nprovisioner "shell" { inline = ${read(there)} }`;
      const tunnels = {
        ssh_local_tunnels: [`${here}:127.0.0.1:${port}`],
        ssh_remote_tunnels: [`${there}:localhost:${port}`],
      };
      const { stdout } = await greets(sshd, tunnels, blocks);
      assert.is(stdout.split("through the tunnel").length - 1, 2, stdout);
      await says(sshd, { ssh_local_tunnels: [`${port}:127.0.0.1:${port}`] }, `ssh_local_tunnels: port ${port}:`);
      server.close();
    }),
  );
});

async function passwordServer(kind: "password" | "keyboard-interactive", hostKey: string) {
  const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey)] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (context: AuthContext) => {
      if (context.method === "password" && kind === "password" && context.password === "let-me-in")
        return context.accept();
      if (context.method !== "keyboard-interactive" || kind === "password") return context.reject([kind]);
      context.prompt([{ prompt: "Password: ", echo: false }], ([answer]) => {
        if (answer === "let-me-in") context.accept();
        else context.reject();
      });
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  // A test that fails must not hold its process.
  server.unref();
  return { server, port };
}

async function startAgent(sshd: Sshd): Promise<ChildProcess> {
  const socket = join(sshd.folder, "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  for (let i = 0; i < 100 && !existsSync(socket); i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  execFileSync("ssh-add", ["-q", sshd.key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: "ignore" });
  return agent;
}

// The machine behind SSH, as provisioners meet it. Loads the SSH library: import it lazily.

import { basename } from "node:path";
import type { Client } from "ssh2";
import type { Communicator } from "../../contract/communicator.js";
import type { RunContext } from "../../contract/run-context.js";
import { SshConnection } from "./connection.js";
import { contentsTarget, makeFolder } from "./local-files.js";
import type { SshSettings } from "./options.js";
import { openChannel, runCommand } from "./run-command.js";
import { scpTransfer } from "./scp.js";
import { Dialogue } from "./scp-dialogue.js";
import { sftpTransfer } from "./sftp.js";
import type { Transfer } from "./transfer.js";
import { waitForSsh } from "./wait-for-ssh.js";

/** Connects as {@link waitForSsh} does, hands the machine to `use`, and hangs up afterwards. */
export async function withSsh<T>(
  settings: SshSettings,
  run: RunContext,
  use: (communicator: Communicator) => Promise<T>,
): Promise<T> {
  const connection = new SshConnection(settings, (question) => run.ask(question));
  // A command that is under way ends itself; everything else ends with the connection.
  try {
    await run.step("connect", () => waitForSsh(connection, run));
    return await use(communicatorOver(connection, run.signal));
  } finally {
    connection.close();
  }
}

function communicatorOver(connection: SshConnection, signal: AbortSignal): Communicator {
  const connect = (): Promise<Client> => connection.client(signal);
  const { bastion, proxy, knownHostsFile } = connection.settings;
  const transfer: Transfer =
    connection.settings.transfer === "sftp"
      ? sftpTransfer(connect)
      : scpTransfer(async (command) => new Dialogue(await openChannel(await connect(), command, {})));
  return {
    kind: "ssh",
    exec: (command) => runCommand(connection, command),
    upload: (from, to, { mode = 0o644, size, signal } = {}) => transfer.upload(from, to, mode, size, signal),
    uploadDir: (from, to, until) =>
      transfer.uploadFolder(from, to, from.endsWith("/") ? undefined : basename(from), until),
    download: (from) => transfer.download(from),
    async downloadDir(from, to, until) {
      const target = contentsTarget(from, to);
      makeFolder(target, 0o755);
      await transfer.downloadContents(from, target, until);
    },
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    ...(bastion === undefined && proxy === undefined
      ? {}
      : { dialBeyond: (host: string, port: number) => connection.dialBeyond(host, port, signal) }),
  };
}

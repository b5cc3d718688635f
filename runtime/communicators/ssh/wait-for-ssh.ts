// Waits until the machine lets us in, as Packer's connect step does (cli-runtime §6.6), with its words.

import { RunError } from "../../contract/errors.js";
import type { RunContext } from "../../contract/run-context.js";
import type { SshConnection } from "./connection.js";
import { SshFailure } from "./failure.js";

/** How long between attempts: early and often, then every 5 s; every 2 s where the machine answered and said no. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;
const LOGIN_PAUSE = 2000;

/** Connects within ssh_timeout. Rejects with a RunError that names the last obstacle, or the signal's reason. */
export async function waitForSsh(connection: SshConnection, run: RunContext): Promise<void> {
  const { target, timeout, pauseBeforeConnecting } = connection.settings;
  run.emit({ type: "say", text: `Using SSH communicator to connect: ${target.host}` });
  run.emit({ type: "say", text: "Waiting for SSH to become available..." });
  await withinTimeout(connection, run, timeout);
  if (pauseBeforeConnecting > 0) {
    connection.close();
    run.emit({ type: "say", text: `Pausing ${pauseBeforeConnecting / 1000}s before connecting...` });
    await run.clock.sleep(pauseBeforeConnecting, run.signal);
    await withinTimeout(connection, run, timeout);
  }
  run.emit({ type: "say", text: "Connected to SSH!" });
}

async function withinTimeout(connection: SshConnection, run: RunContext, timeout: number): Promise<void> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new RunError("ssh_timeout")), timeout);
  let obstacle = "";
  try {
    await untilConnected(connection, run.with({ signal: AbortSignal.any([run.signal, limit.signal]) }), (text) => {
      obstacle = text;
    });
  } catch (error) {
    run.signal.throwIfAborted();
    if (!limit.signal.aborted) throw error;
    throw new RunError(`Timeout waiting for SSH.${obstacle === "" ? "" : ` The last attempt: ${obstacle}`}`);
  } finally {
    clearTimeout(timer);
  }
}

async function untilConnected(
  connection: SshConnection,
  run: RunContext,
  onObstacle: (text: string) => void,
): Promise<void> {
  const { handshakeAttempts } = connection.settings;
  let refused = 0;
  let pause = FIRST_PAUSE;
  let last = "";
  for (;;) {
    const failure = await obstacle(connection, run.signal);
    if (failure === undefined) return;
    onObstacle(failure.message);
    if (failure.message !== last) run.emit({ type: "detail", text: `${failure.message}; trying again` });
    last = failure.message;
    if (failure.kind === "login") refused += 1;
    if (failure.kind === "refused" || (handshakeAttempts > 0 && refused >= handshakeAttempts))
      throw new RunError(`Error waiting for SSH: ${failure.message}`, { cause: failure });
    await run.clock.sleep(refused > 0 ? LOGIN_PAUSE : pause, run.signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}

/** What stands in the way of a connection; undefined once there is one. */
async function obstacle(connection: SshConnection, signal: AbortSignal): Promise<SshFailure | undefined> {
  try {
    await connection.client(signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SshFailure) return error;
    throw error;
  }
}

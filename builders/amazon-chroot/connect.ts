// Options and environment → an EC2 that answers, in a region that exists, with credentials that are good.

import { readFileSync } from "node:fs";
import type { PrepareContext } from "../../runtime/contract/component.js";
import { RunError } from "../../runtime/contract/errors.js";
import type { RunContext } from "../../runtime/contract/run-context.js";
import type { AmazonChroot } from "../../schemas/options.gen.js";
import { checkCredentials, connectTo } from "../amazon/connect.js";
import type { ChrootBuild } from "./chroot-build.js";
import { pacesFrom } from "./ec2/wait.js";
import { ec2OfBuild, rememberAccess } from "./ec2-of-build.js";
import { rememberWrapper, wrapperOf } from "./host/wrapper.js";

export async function connect(options: AmazonChroot, context: PrepareContext, run: RunContext): Promise<ChrootBuild> {
  if (process.platform !== "linux") throw new RunError("The amazon-chroot builder only works on Linux environments.");
  const wrapper = wrapperOf(options.command_wrapper, (template, data) => context.templates.render(template, data));
  if (!wrapper.given && !mayMount()) throw new RunError(NEEDS_ROOT);
  rememberWrapper(run, wrapper);
  const { signal, clock } = run;
  const asker = {
    signal,
    clock,
    hide: (secret: string) => run.hide(secret),
    ask: (question: string) => run.ask(question),
    say: (text: string) => run.emit({ type: "say", text }),
  };
  const connection = await connectTo(options, context, asker);
  const access = rememberAccess(run, connection.access);
  const { place } = connection;
  if (options.skip_credential_validation !== true) await checkCredentials(options, { place, access }, asker);
  const ec2 = ec2OfBuild(place, run, options.max_retries);
  return { options, context, run, ec2, place, wrapper, paces: pacesFrom(pollingOf(options, context.env)) };
}

const NEEDS_ROOT = `mounting needs root, which user ${process.getuid?.()} is not: run pkrts as root or with CAP_SYS_ADMIN, or set command_wrapper = "sudo {{.Command}}"`;
const CAP_SYS_ADMIN = 21n;

/** Whether this process has the capability that mount(2) asks for: in a container not even root need have it. */
function mayMount(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}

/** The block's values win over the environment's. */
function pollingOf({ aws_polling: block }: AmazonChroot, env: PrepareContext["env"]): PrepareContext["env"] {
  const given: Readonly<Record<string, number | undefined>> = {
    AWS_POLL_DELAY_SECONDS: block?.delay_seconds,
    AWS_MAX_ATTEMPTS: block?.max_attempts,
  };
  return (name) => ((given[name] ?? 0) > 0 ? String(given[name]) : env(name));
}

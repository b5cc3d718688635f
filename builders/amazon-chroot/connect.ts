// Options and environment → an EC2 that answers, in a region that exists, with credentials that are good.

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
  const wrapper = wrapperOf(options.command_wrapper, (template, data) => context.templates.render(template, data));
  rememberWrapper(run, wrapper);
  return { options, context, run, ec2, place, wrapper, paces: pacesFrom(pollingOf(options, context.env)) };
}

/** The block's values win over the environment's. */
function pollingOf({ aws_polling: block }: AmazonChroot, env: PrepareContext["env"]): PrepareContext["env"] {
  const given: Readonly<Record<string, number | undefined>> = {
    AWS_POLL_DELAY_SECONDS: block?.delay_seconds,
    AWS_MAX_ATTEMPTS: block?.max_attempts,
  };
  return (name) => ((given[name] ?? 0) > 0 ? String(given[name]) : env(name));
}

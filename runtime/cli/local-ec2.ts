// The embedded EC2 of -local and `pkrts ec2`: reached through builtins.ts, which alone knows where it lies.

import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at, type Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { localEc2 } from "../builtins.js";
import type { Plan } from "../interpreter/plan-types.js";
import type { World } from "./world.js";

/** Why a plan can't run with -local on this machine, at the first source that would need it. */
export function whyNoLocal({ template, builds }: Plan): Diagnostic | undefined {
  const first = builds.find(({ builderType }) => builderType === "amazon-chroot");
  if (first === undefined) return undefined;
  const why =
    process.platform !== "linux"
      ? "it runs on Linux only"
      : process.getuid?.() !== 0
        ? "it mounts real volumes: run it as root"
        : undefined;
  if (why === undefined) return undefined;
  const source =
    template.sources.get(`amazon-chroot.${first.buildName}`) ??
    [...template.sources.values()].find(({ type }) => type === "amazon-chroot");
  return at(optionProblem("-local needs root", `The embedded EC2 can't build here: ${why}.`), source?.range);
}

/** Runs `body` with the embedded EC2 listening; it is closed whatever happens. */
export async function openLocal(world: World, body: (endpoint: string) => Promise<number>): Promise<number> {
  const { openLocalEc2, defaultStateDir } = await localEc2();
  const ec2 = await openLocalEc2({ stateDir: defaultStateDir(world.env) });
  const server = await ec2.listen({});
  try {
    return await body(server.url);
  } finally {
    await server.close();
  }
}

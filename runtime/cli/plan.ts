import type { BuilderPlan, PlanNote } from "../contract/component.js";
import { errorFrom, RunError } from "../contract/errors.js";
import { type Prepared, prepareTemplate } from "../engine.js";
import type { PlannedBuild } from "../interpreter/plan-types.js";
import { createRunContext } from "../steps/run-context.js";
import { systemClock } from "../system/clock.js";
import { type Secrets, secretStore } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { annotateDiagnostics, printDiagnostics } from "./diagnostics-output.js";
import { bool, type FlagValues } from "./flags.js";
import { openLocal } from "./local-ec2.js";
import { engineOptions, JSON_FLAG, SELECTION_FLAGS, TEMPLATE_FLAGS } from "./template-flags.js";
import type { World } from "./world.js";

const FLAGS = {
  ...TEMPLATE_FLAGS,
  ...SELECTION_FLAGS,
  local: bool("Ask the embedded EC2"),
  json: JSON_FLAG,
  force: bool("Plan as `build -force` would act"),
};
type Flags = FlagValues<typeof FLAGS>;

export const plan = defineCommand({
  name: "plan",
  summary: "Says what a build would do, without doing it",
  operands: "PATH",
  description:
    "Says what a build would create, copy, encrypt, change and deregister, in which region, and the IAM policy that it needs. No call that writes is made.",
  flags: FLAGS,
  examples: ["pkrts plan .", "pkrts plan -force -only='amazon-chroot.*' .", "pkrts plan -json ."],
  run(flags, operands, world) {
    const path = oneOperand(operands, "PATH");
    return planTemplate(path, flags, world);
  },
});

/** Also `build -dry-run`. The exit code. */
export function planTemplate(path: string, flags: Flags, world: World): Promise<number> {
  if (!flags.local) return planAt(path, flags, world, undefined);
  return openLocal(world, (endpoint) => planAt(path, flags, world, endpoint));
}

interface Told {
  readonly build: string;
  readonly plan: BuilderPlan;
  readonly error?: string;
}

async function planAt(path: string, flags: Flags, world: World, endpoint: string | undefined): Promise<number> {
  const secrets = secretStore();
  const prepared = await prepareTemplate(path, {
    ...(await engineOptions(path, flags, world)),
    purpose: "build",
    force: flags.force,
    evaluateDataSources: true,
    ...(endpoint === undefined ? {} : { localEndpoint: endpoint }),
  });
  for (const secret of prepared.plan?.secrets ?? []) secrets.add(secret);
  printDiagnostics(prepared.diagnostics, world.stderr, secrets);
  annotateDiagnostics(prepared.diagnostics, world, secrets);
  const told = await allPlans(prepared, flags.force, secrets);
  if (told === undefined) return 1;
  world.stdout.write(secrets.mask(flags.json ? jsonOf(told) : told.map(textOf).join("\n")));
  return !prepared.ok || told.some(({ error }) => error !== undefined) ? 1 : 0;
}

async function allPlans({ plan: made }: Prepared, force: boolean, secrets: Secrets) {
  if (made?.runnable !== true) return undefined;
  const told: Told[] = [];
  for (const build of made.builds) told.push(await planOf(build, force, secrets));
  return told;
}

const NOTHING: BuilderPlan = { notes: [], permissions: [] };

async function planOf({ label, builder }: PlannedBuild, force: boolean, secrets: Secrets): Promise<Told> {
  const run = createRunContext({
    build: label,
    runId: "plan",
    signal: new AbortController().signal,
    clock: systemClock,
    cleanup: { acquire: refuse, keep: () => Promise.resolve(), unwind: () => Promise.resolve([]) },
    force,
    send: () => undefined,
    hide: (text) => void secrets.add(text),
  });
  try {
    return { build: label, plan: (await builder.plan?.(run)) ?? NOTHING };
  } catch (thrown) {
    return { build: label, plan: NOTHING, error: errorFrom(thrown).message };
  }
}

/** A plan takes nothing. */
const refuse = (name: string): Promise<never> => Promise.reject(new RunError(`a plan must not take ${name}`));

function policyOf(permissions: readonly string[]): object {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: permissions, Resource: "*" }] };
}

function jsonOf(told: readonly Told[]): string {
  const builds = told.map(({ build, plan: { notes, permissions }, error }) => ({
    name: build,
    notes,
    policy: permissions.length === 0 ? null : policyOf(permissions),
    ...(error === undefined ? {} : { error }),
  }));
  return `${JSON.stringify({ builds }, null, 2)}\n`;
}

function textOf({ build, plan: { notes, permissions }, error }: Told): string {
  const lines = error === undefined ? notes.map(noteText) : [`  error: ${error}`];
  const body = lines.length === 0 ? ["  nothing in the cloud"] : lines;
  const policy = permissions.length === 0 ? [] : ["", "IAM policy:", JSON.stringify(policyOf(permissions), null, 2)];
  return `${[`${build}:`, ...body, ...policy].join("\n")}\n`;
}

function noteText({ change, kind, name, region, detail }: PlanNote): string {
  const where = region === undefined ? "" : ` in ${region}`;
  return `  ${change} ${kind} ${name}${where}${detail === undefined ? "" : ` (${detail})`}`;
}

import { builtins, hostChecks } from "../builtins.js";
import type { BuildPlace, HostCheck } from "../contract/host-check.js";
import { stateDir } from "../state-dir.js";
import { recover } from "../steps/recover.js";
import { systemClock } from "../system/clock.js";
import { defineCommand, noOperands } from "./command.js";
import { JSON_FLAG } from "./template-flags.js";
import type { World } from "./world.js";

const PLACES: readonly (readonly [BuildPlace, string])[] = [
  ["ec2", "pkrts build"],
  ["local", "pkrts build -local"],
];

export const doctor = defineCommand({
  name: "doctor",
  summary: "Says what this host can and can't do for builds",
  operands: "",
  description:
    "Checks root, tools, loop devices, mounts, namespaces, instance metadata, credentials and state, and says what would help. Changes nothing. Exit code 0 when images can be built here in one way at least.",
  flags: { json: JSON_FLAG },
  examples: ["pkrts doctor", "pkrts doctor -json"],
  async run(flags, operands, world) {
    noOperands(operands);
    const checks = [...(await hostChecks(world.env)), await deadRuns(world)];
    const can = Object.fromEntries(PLACES.map(([place]) => [place, canBuild(place, checks)]));
    world.stdout.write(flags.json ? `${JSON.stringify({ can, checks }, undefined, 2)}\n` : report(checks));
    return Object.values(can).some(Boolean) ? 0 : 1;
  },
});

const canBuild = (place: BuildPlace, checks: readonly HostCheck[]): boolean =>
  checks.every(({ ok, neededFor }) => ok || !neededFor.includes(place));

function report(checks: readonly HostCheck[]): string {
  const lines = checks.flatMap(({ ok, name, found, remedy, neededFor }) => [
    `${ok ? "ok " : neededFor.length === 0 ? "-  " : "NO "} ${name}: ${found.replaceAll("\n", " ")}`,
    ...(remedy === undefined ? [] : [`      ${remedy}`]),
  ]);
  const verdicts = PLACES.map(
    ([place, command]) => `\`${command}\` ${canBuild(place, checks) ? "works here" : "does not work here"}`,
  );
  return `${[...lines, "", ...verdicts].join("\n")}\n`;
}

/** What runs that were killed have left. */
async function deadRuns(world: World): Promise<HostCheck> {
  const left = await recover({
    stateDir: stateDir(world),
    registry: builtins,
    clock: systemClock,
    dryRun: true,
    user: 0,
    say: () => undefined,
    withLocal: () => Promise.resolve(0),
  });
  const name = "what killed runs left";
  return left === 0
    ? { name, ok: true, found: "nothing", neededFor: [] }
    : { name, ok: false, found: `${left} things`, remedy: "pkrts cleanup -yes", neededFor: [] };
}

import { localEc2 } from "../builtins.js";
import { errorFrom, UsageError } from "../contract/errors.js";
import { defineCommand, noOperands, oneOperand } from "./command.js";
import { bool, commaList, type FlagTable, type FlagValues, parseFlags, text } from "./flags.js";
import type { World } from "./world.js";

type Ec2 = Awaited<ReturnType<Awaited<ReturnType<typeof localEc2>>["openLocalEc2"]>>;

interface Action {
  readonly usage: string;
  run(argv: readonly string[], world: World): Promise<number>;
}

/** An action on the opened state. */
function action<T extends FlagTable>(
  usage: string,
  flags: T,
  body: (ec2: Ec2, flags: FlagValues<T>, operands: readonly string[], world: World) => Promise<number>,
): Action {
  return {
    usage,
    async run(argv, world) {
      const { values, args } = parseFlags(flags, argv);
      const { openLocalEc2, defaultStateDir } = await localEc2();
      const { AWS_REGION, AWS_DEFAULT_REGION } = world.env;
      const region = AWS_REGION || AWS_DEFAULT_REGION || undefined;
      return body(await openLocalEc2({ stateDir: defaultStateDir(world.env), region }), values, args, world);
    },
  };
}

const JSON_OUTPUT = { json: bool("Print JSON") };

const lister = (what: string, items: (ec2: Ec2) => Promise<readonly object[]>): Action =>
  action(`${what} [-json]`, JSON_OUTPUT, (ec2, { json }, operands, world) => {
    noOperands(operands);
    return list(items(ec2), json, world);
  });

const IMPORT_FLAGS = {
  name: text("Name of the AMI", "NAME"),
  "root-device-name": text("Root device", "DEVICE", "/dev/xvda"),
  architecture: text("Architecture", "ARCH"),
  "virtualization-type": text("hvm or paravirtual", "TYPE", "hvm"),
};

const ACTIONS: Readonly<Record<string, Action>> = {
  serve: action(
    "serve [-listen=127.0.0.1:0] [-quota=SIZE] [-delays=CreateVolume=1.5,…]",
    {
      listen: text("Address to listen on", "HOST:PORT", "127.0.0.1:0"),
      quota: text("What volumes and snapshots may hold together: 500M, 20G, 1T", "SIZE"),
      delays: commaList("Seconds that each action leaves its resource in transition", "ACTION=SECONDS,…"),
    },
    serve,
  ),
  import: action(
    "import -name=NAME [-root-device-name=/dev/xvda] [-architecture=x86_64] [-virtualization-type=hvm] DISK",
    IMPORT_FLAGS,
    importDisk,
  ),
  images: lister("images", (ec2) => ec2.images()),
  volumes: lister("volumes", (ec2) => ec2.volumes()),
  snapshots: lister("snapshots", (ec2) => ec2.snapshots()),
  export: action("export [-format=raw|qcow2] AMI FILE", { format: text("raw or qcow2", "FORMAT", "raw") }, exportDisk),
  rm: action("rm ID…", {}, remove),
  fsck: action("fsck [-json]", JSON_OUTPUT, check),
};

export const ec2 = defineCommand({
  name: "ec2",
  summary: "The embedded EC2: its images, and a server for other clients",
  operands: "ACTION",
  words: () => Object.keys(ACTIONS),
  description: `The embedded EC2 that -local builds in. What is imported is of $AWS_REGION, else us-east-1. Actions:\n${Object.values(
    ACTIONS,
  )
    .map(({ usage }) => `  pkrts ec2 ${usage}`)
    .join("\n")}`,
  flags: {},
  examples: [
    "pkrts ec2 import -name=base disk.img",
    "pkrts ec2 images",
    "pkrts ec2 export ami-0123456789abcdef0 built.img",
  ],
  async run(_flags, [name = "", ...argv], world) {
    const found = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (found === undefined)
      throw new UsageError(
        `${name === "" ? "an action is missing" : `there is no action "${name}"`}: ${Object.keys(ACTIONS).join(", ")}`,
      );
    try {
      return await found.run(argv, world);
    } catch (thrown) {
      const error = errorFrom(thrown);
      if (error instanceof UsageError) throw error;
      world.stderr.write(`Error: ${error.message}\n`);
      return 1;
    }
  },
});

async function serve(
  ec2: Ec2,
  { listen, quota, delays }: { readonly listen: string; readonly quota: string; readonly delays: readonly string[] },
  operands: readonly string[],
  world: World,
): Promise<number> {
  noOperands(operands);
  const [, host, port] = /^\[?(.*?)\]?:(\d{1,5})$/.exec(listen) ?? [];
  if (host === undefined || port === undefined || Number(port) > 65_535)
    throw new UsageError(`-listen needs HOST:PORT, not ${JSON.stringify(listen)}`);
  const behaviour = { delays: secondsOf(delays, ec2.transitions), ...(quota === "" ? {} : { quota: bytesOf(quota) }) };
  const server = await ec2.listen({ host, port: Number(port), ...behaviour });
  world.stdout.write(`listening on ${server.url}\n`);
  await new Promise<void>((resolve) => world.onSignal(() => resolve()));
  await server.close();
  return 0;
}

/** `CreateVolume=1.5` → seconds by action. */
function secondsOf(pairs: readonly string[], known: readonly string[]): Readonly<Record<string, number>> {
  const entries = pairs.map((pair) => {
    const [, action, seconds] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(pair) ?? [];
    if (action === undefined) throw new UsageError(`-delays needs ACTION=SECONDS, not ${JSON.stringify(pair)}`);
    if (!known.includes(action))
      throw new UsageError(`-delays knows ${known.join(", ")}, not ${JSON.stringify(action)}`);
    return [action, Number(seconds)] as const;
  });
  return Object.fromEntries(entries);
}

/** Bytes of `20G`: powers of 1024. */
function bytesOf(size: string): number {
  const [, count, unit = ""] = /^(\d+)([KMGT]?)$/i.exec(size) ?? [];
  if (count === undefined) throw new UsageError(`-quota needs a size such as 20G, not ${JSON.stringify(size)}`);
  return Number(count) * 1024 ** " KMGT".indexOf(unit === "" ? " " : unit.toUpperCase());
}

async function importDisk(
  ec2: Ec2,
  flags: FlagValues<typeof IMPORT_FLAGS>,
  operands: readonly string[],
  world: World,
): Promise<number> {
  const disk = oneOperand(operands, "DISK");
  if (flags.name === "") throw new UsageError("-name is missing");
  const id = await ec2.importImage(disk, {
    name: flags.name,
    rootDeviceName: flags["root-device-name"],
    virtualizationType: flags["virtualization-type"],
    ...(flags.architecture === "" ? {} : { architecture: flags.architecture }),
  });
  world.stdout.write(`${id}\n`);
  return 0;
}

async function exportDisk(
  ec2: Ec2,
  { format }: { readonly format: string },
  [ami, file, ...more]: readonly string[],
): Promise<number> {
  if (ami === undefined || file === undefined || more.length > 0)
    throw new UsageError("an AMI and a FILE are expected");
  if (format !== "raw" && format !== "qcow2")
    throw new UsageError(`-format is raw or qcow2, not ${JSON.stringify(format)}`);
  await ec2.exportImage(ami, file, format);
  return 0;
}

async function remove(ec2: Ec2, _flags: object, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) throw new UsageError("an ID is expected");
  await ec2.remove(ids);
  return 0;
}

/** Opening has released what servers that are gone had left; what is still wrong then is for the user to decide. */
async function check(
  ec2: Ec2,
  { json }: { readonly json: boolean },
  operands: readonly string[],
  world: World,
): Promise<number> {
  noOperands(operands);
  const { repaired } = ec2;
  const problems = await ec2.check();
  const lines = [...repaired.map((line) => `repaired: ${line}`), ...problems.map((line) => `problem: ${line}`)];
  if (json) world.stdout.write(`${JSON.stringify({ repaired, problems }, null, 2)}\n`);
  else
    for (const line of [...lines, problems.length === 0 ? "consistent" : "not consistent"])
      world.stdout.write(`${line}\n`);
  return problems.length === 0 ? 0 : 1;
}

async function list(items: Promise<readonly object[]>, json: boolean, world: World): Promise<number> {
  const rows = await items;
  if (json) world.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else for (const row of rows) world.stdout.write(`${rowText(row as Readonly<Record<string, unknown>>)}\n`);
  return 0;
}

const rowText = ({ id, name, size, state, created, region }: Readonly<Record<string, unknown>>): string =>
  [id, name, size === undefined ? undefined : `${String(size)} GiB`, state, created, region]
    .filter((cell) => cell !== undefined)
    .join("\t");

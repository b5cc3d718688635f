import { closest } from "../../lang/diagnostics/did-you-mean.js";
import type { OptionSchemaJson } from "../../schemas/dialect.js";
import { DIALECT, standardSchema } from "../../schemas/standard-schema.js";
import { templateSchema } from "../../schemas/template-schema.js";
import { builtins } from "../builtins.js";
import type { Kind } from "../contract/component.js";
import { UsageError } from "../contract/errors.js";
import { defineCommand } from "./command.js";
import type { World } from "./world.js";

const KINDS: readonly Kind[] = ["builder", "provisioner", "post-processor", "data-source"];
/** What templates call two of them. */
const BLOCKS: Readonly<Record<string, Kind>> = { source: "builder", data: "data-source" };
const TEMPLATE = "template";

export const schema = defineCommand({
  name: "schema",
  summary: "Prints the options of a component as JSON Schema",
  operands: "[KIND.TYPE]",
  words: () => names(),
  description:
    "Prints the JSON Schema of a component's options. KIND may be left out where only one component has that TYPE; `template` is the schema of a whole .pkr.json file, for editors. Without an argument, lists what there is.",
  flags: {},
  examples: [
    "pkrts schema",
    "pkrts schema amazon-chroot",
    "pkrts schema provisioner.shell-local",
    "pkrts schema template",
  ],
  async run(_flags, operands, world) {
    const [name, ...more] = operands;
    if (more.length > 0) throw new UsageError(`one component expected, not ${operands.length}`);
    if (name === undefined) return print(world, names().join("\n"));
    if (name === TEMPLATE) return print(world, JSON.stringify(templateSchema(await everySchema()), null, 2));
    const { kind, type } = find(name);
    const options = { $schema: DIALECT, ...standardSchema(await optionsOf(kind, type)) };
    return print(world, JSON.stringify(options, null, 2));
  },
});

function print(world: World, text: string): number {
  world.stdout.write(`${text}\n`);
  return 0;
}

const names = (): readonly string[] => [TEMPLATE, ...components().map(({ kind, type }) => `${kind}.${type}`)];

interface Named {
  readonly kind: Kind;
  readonly type: string;
}

const components = (): readonly Named[] =>
  KINDS.flatMap((kind) => builtins.types(kind).map((type) => ({ kind, type })));

function find(name: string): Named {
  const named = components().filter(({ kind, type }) => namesOf(kind, type).includes(name));
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw new UsageError(`${name} is ambiguous: ${named.map(({ kind, type }) => `${kind}.${type}`).join(" or ")}`);
  const known = components().flatMap(({ kind, type }) => namesOf(kind, type));
  const near = closest(name, known);
  throw new UsageError(
    `there is no component ${JSON.stringify(name)}${near === undefined ? "; `pkrts schema` lists them" : `; did you mean ${JSON.stringify(near)}?`}`,
  );
}

const namesOf = (kind: Kind, type: string): readonly string[] => [
  type,
  `${kind}.${type}`,
  ...Object.entries(BLOCKS).flatMap(([block, its]) => (its === kind ? [`${block}.${type}`] : [])),
];

async function optionsOf(kind: Kind, type: string): Promise<OptionSchemaJson> {
  const component = await builtins.load(kind, type);
  if (component === undefined) throw new Error(`${kind} ${type} is listed and can't be loaded`);
  return component.options;
}

async function everySchema() {
  const of = async (kind: Kind): Promise<Readonly<Record<string, OptionSchemaJson>>> =>
    Object.fromEntries(
      await Promise.all(builtins.types(kind).map(async (type) => [type, await optionsOf(kind, type)] as const)),
    );
  return {
    builders: await of("builder"),
    provisioners: await of("provisioner"),
    postProcessors: await of("post-processor"),
    dataSources: await of("data-source"),
  };
}

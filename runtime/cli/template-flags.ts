import { text as readAll } from "node:stream/consumers";
import { builtins } from "../builtins.js";
import { UsageError } from "../contract/errors.js";
import { DEFAULTS, type EngineOptions } from "../engine-options.js";
import { bool, commaList, type FlagValues, list, pairs, text } from "./flags.js";
import type { World } from "./world.js";

/** Flags of every command that reads a template. */
export const TEMPLATE_FLAGS = {
  var: pairs("Value of a variable; may be given many times", "NAME=VALUE"),
  "var-file": list("File of variable values (HCL or JSON); may be given many times", "FILE"),
  "config-type": text("Dialect of a template on standard input: json or hcl2", "TYPE", "json"),
};

/** Flags that choose among the builds. */
export const SELECTION_FLAGS = {
  only: commaList("Only the builds whose names match one of these globs", "GLOB,…"),
  except: commaList("Not the builds, nor the post-processors, that match one of these", "GLOB,…"),
};

/** The same, where a command looks at all builds whatever they say. */
export const ALL_BUILDS_FLAGS = {
  only: commaList("Accepted for Packer's sake: all builds are looked at", "GLOB,…"),
  except: commaList("Accepted for Packer's sake: all builds are looked at", "GLOB,…"),
};

export type TemplateValues = FlagValues<typeof TEMPLATE_FLAGS>;
type Given = TemplateValues & Partial<FlagValues<typeof SELECTION_FLAGS>>;

type Dialect = "json" | "hcl2";

/** What the engine needs, from the flags that all commands share. `texts` stand for what standard input would say, by dialect. */
export async function engineOptions(
  path: string,
  flags: Given,
  world: World,
  texts: Partial<Readonly<Record<Dialect, string>>> = {},
): Promise<EngineOptions> {
  const dialect = flags["config-type"];
  if (dialect !== "json" && dialect !== "hcl2")
    throw new UsageError(`invalid value ${JSON.stringify(dialect)} for flag -config-type: json or hcl2`);
  return {
    ...DEFAULTS,
    world,
    registry: builtins,
    variables: flags.var,
    varFiles: flags["var-file"],
    only: flags.only ?? [],
    except: flags.except ?? [],
    warnUndeclared: false,
    signal: new AbortController().signal,
    ...(path === "-" ? { stdin: texts[dialect] ?? (await readAll(world.stdin)), stdinDialect: dialect } : {}),
  };
}

/** Packer's, without a meaning here: there is one order of evaluation, by dependency, and no plugin is loaded. */
export const PACKER_FLAGS = {
  "use-sequential-evaluation": bool("Accepted for Packer's sake: locals and data sources go by their dependencies"),
  "ignore-prerelease-plugins": bool("Accepted for Packer's sake: no plugin is loaded"),
};

/** Of commands that a template's values mean nothing to. */
export const VALUE_FLAGS = {
  var: pairs("Accepted for Packer's sake: values change nothing here", "NAME=VALUE"),
  "var-file": list("Accepted for Packer's sake: values change nothing here", "FILE"),
};

export const JSON_FLAG = bool("Print JSON, for programs");

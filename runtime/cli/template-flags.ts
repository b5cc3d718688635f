import { text as readAll } from "node:stream/consumers";
import { builtins } from "../builtins.js";
import { UsageError } from "../contract/errors.js";
import type { EngineOptions } from "../engine.js";
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

type Given = FlagValues<typeof TEMPLATE_FLAGS> & Partial<FlagValues<typeof SELECTION_FLAGS>>;

/** What the engine needs, from the flags that all commands share. */
export async function engineOptions(path: string, flags: Given, world: World): Promise<EngineOptions> {
  const dialect = flags["config-type"];
  if (dialect !== "json" && dialect !== "hcl2")
    throw new UsageError(`invalid value ${JSON.stringify(dialect)} for flag -config-type: json or hcl2`);
  return {
    world,
    registry: builtins,
    variables: flags.var,
    varFiles: flags["var-file"],
    only: flags.only ?? [],
    except: flags.except ?? [],
    purpose: "validate",
    force: false,
    warnUndeclared: false,
    evaluateDataSources: false,
    syntaxOnly: false,
    unsetIsUnknown: false,
    signal: new AbortController().signal,
    ...(path === "-" ? { stdin: await readAll(world.stdin), stdinDialect: dialect } : {}),
  };
}

/** Packer's, without a meaning here: there is one order of evaluation, by dependency, and no plugin is loaded. */
export const PACKER_FLAGS = {
  "use-sequential-evaluation": bool("Accepted for Packer's sake: locals and data sources go by their dependencies"),
  "ignore-prerelease-plugins": bool("Accepted for Packer's sake: no plugin is loaded"),
};

export const JSON_FLAG = bool("Print JSON, for programs");

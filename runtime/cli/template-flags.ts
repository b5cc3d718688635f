import { bool, commaList, list, pairs, text } from "./flags.js";

/** Flags of every command that reads a template. */
export const TEMPLATE_FLAGS = {
  var: pairs("Value of a variable; may be given many times", "NAME=VALUE"),
  "var-file": list("File of variable values (HCL or JSON); may be given many times", "FILE"),
  "config-type": text("Dialect of a template on standard input: json or hcl2", "TYPE", "json"),
  "use-sequential-evaluation": bool("Evaluate all data sources before the locals, as Packer once did"),
  "machine-readable": bool("Print Packer's machine-readable lines"),
};

/** Flags that choose among the builds. */
export const SELECTION_FLAGS = {
  only: commaList("Only the builds whose names match one of these globs", "GLOB,…"),
  except: commaList("Not the builds, nor the post-processors, that match one of these", "GLOB,…"),
};

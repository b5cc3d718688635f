// `npm run bench:lang`: templates through parse, evaluate and format, against Packer: a megabyte of sources, and locals that use
// variables and one another, of which Packer takes a minute to inspect a megabyte.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compete } from "./against-packer.js";
import { flatTemplate } from "./templates.js";

/** Bytes. */
const LENGTH_OF_LOCALS = 100_000;

/** Variables, locals that use them, and builds of `null` sources, until it is long enough. */
function localsTemplate(): string {
  const parts: string[] = ['source "null" "a" {\n  communicator = "none"\n}\n'];
  let size = 0;
  for (let i = 0; size < LENGTH_OF_LOCALS; i += 1) {
    const part = `
variable "name_${i}" {
  type    = string
  default = "value ${i}"
}

locals {
  upper_${i}  = upper(var.name_${i})
  joined_${i} = join("-", [for part in split(" ", var.name_${i}) : "\${part}x" if part != ""])
  object_${i} = {
    first   = var.name_${i}, second = "\${local.upper_${i}}!"
    numbers = [1, 2 + 3 * ${i}, max(${i}, 5)]
  }
}
`;
    parts.push(part);
    size += part.length;
  }
  parts.push('\nbuild {\n  sources = ["source.null.a"]\n}\n');
  return parts.join("");
}

const folder = mkdtempSync(join(tmpdir(), "pkrts-bench-"));
try {
  const [flat, locals] = [join(folder, "flat.pkr.hcl"), join(folder, "locals.pkr.hcl")];
  writeFileSync(flat, flatTemplate());
  writeFileSync(locals, localsTemplate());
  compete([
    { name: "inspect, 1 MB", argv: ["inspect", flat], rounds: 15 },
    { name: "fmt -check, 1 MB", argv: ["fmt", "-check", flat], fine: [0, 3], rounds: 15 },
    { name: "inspect, 100 kB of locals", argv: ["inspect", locals] },
    { name: "validate, 100 kB of locals", argv: ["validate", locals] },
    { name: "fmt -check, 100 kB of locals", argv: ["fmt", "-check", locals], fine: [0, 3] },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

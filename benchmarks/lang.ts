// `npm run bench:lang`: a template of 1 MB through parse, evaluate and format, against Packer.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compete } from "./against-packer.js";

const MEGABYTE = 1_000_000;

/** Variables, locals that use them, and builds of `null` sources, until it is a megabyte. */
function bigTemplate(): string {
  const parts: string[] = ['source "null" "a" {\n  communicator = "none"\n}\n'];
  let size = 0;
  for (let i = 0; size < MEGABYTE; i += 1) {
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
  const file = join(folder, "big.pkr.hcl");
  writeFileSync(file, bigTemplate());
  compete([
    { name: "inspect, 1 MB", argv: ["inspect", file] },
    { name: "fmt -check, 1 MB", argv: ["fmt", "-check", file], fine: [0, 3] },
    { name: "validate, 1 MB", argv: ["validate", file] },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

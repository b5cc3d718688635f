// `npm run bench:validate`: the command that people run most, against Packer's. Of 100 amazon-chroot builds Packer starts a process
// for each component, so it gets few rounds, and never more builds.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compete } from "./against-packer.js";
import { chrootTemplate, numbered } from "./templates.js";

const folder = mkdtempSync(join(tmpdir(), "pkrts-bench-"));
try {
  const small = join(folder, "small.pkr.hcl");
  const large = join(folder, "large.pkr.hcl");
  writeFileSync(small, chrootTemplate(["web"]));
  writeFileSync(large, chrootTemplate(numbered(100)));
  compete([{ name: "a small template", argv: ["validate", small] }], 15);
  compete([{ name: "100 amazon-chroot builds", argv: ["validate", large] }], 3);
} finally {
  rmSync(folder, { recursive: true });
}

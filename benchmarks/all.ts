// `npm run bench`: every row that decides whether pkrts is the faster one, against Packer in the same run. As root, with
// loop devices, the local build is the last.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compete } from "./against-packer.js";
import { chrootTemplate, flatTemplate, numbered } from "./templates.js";

const folder = mkdtempSync(join(tmpdir(), "pkrts-bench-"));

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

try {
  const small = written("small.pkr.hcl", chrootTemplate(["web"]));
  const hundred = written("hundred.pkr.hcl", chrootTemplate(numbered(100)));
  const megabyte = written("megabyte.pkr.hcl", flatTemplate());
  compete([
    { name: "version", argv: ["version"] },
    { name: "validate, small", argv: ["validate", small] },
    { name: "inspect, 1 MB", argv: ["inspect", megabyte] },
    { name: "fmt -check, 1 MB", argv: ["fmt", "-check", megabyte], fine: [0, 3] },
    // Packer starts a process for each component: few rounds.
    { name: "validate, 100 builds", argv: ["validate", hundred], rounds: 3 },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (process.getuid?.() === 0) await import("./local.js");
else console.log("local build: skipped, it needs root");

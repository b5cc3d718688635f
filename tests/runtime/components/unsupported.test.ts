// What Packer has and pkrts knows but does not do: said at validate, at the block, whatever its options are.
import { describe } from "../../support/describe.js";
import { onJson, onNull, type Trap, trapTests } from "../../support/traps.js";

const WHY = "pkrts knows it, but does not support it: it needs a Windows machine and WinRM, which pkrts does not do.";

const refused = (type: string, command: string): Trap => ({
  files: onNull(`  provisioner "${type}" {\n    inline = ["dir"]\n  }`),
  argv: [command, "t.pkr.hcl"],
  code: 1,
  has: [
    `Error: Unknown provisioner type "${type}"`,
    `on t.pkr.hcl line 6, in build:\n   6:   provisioner "${type}" {\n        ^^^`,
    WHY,
  ],
  // Its options are not looked at, and nothing runs.
  lacks: ["Unsupported argument", "Build 'null.a'"],
});

describe("provisioners for Windows", (test) => {
  for (const type of ["powershell", "windows-shell", "windows-restart"])
    trapTests(test, {
      [`${type} is refused by validate, with the caret at its block`]: refused(type, "validate"),
      [`${type} is refused by build before anything runs`]: refused(type, "build"),
      [`${type} in a legacy template, with the caret at its object`]: {
        files: onJson({ provisioners: [{ type, inline: ["dir"] }] }),
        argv: ["validate", "t.json"],
        code: 1,
        has: [`error initializing provisioner '${type}'`, "on t.json line 1:", '{"type":"', "^^^", WHY],
      },
    });
});

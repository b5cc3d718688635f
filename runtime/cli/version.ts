import { PACKER_VERSION, PRODUCT_VERSION } from "../product.js";
import { defineCommand } from "./command.js";
import { bool } from "./flags.js";

const LINE = `pkrts v${PRODUCT_VERSION} (compatible with Packer ${PACKER_VERSION})`;

export const version = defineCommand({
  name: "version",
  summary: "Prints the version of pkrts, and of the Packer whose templates it runs",
  operands: "",
  description: "Prints the version of pkrts, and of the Packer whose templates it runs.",
  flags: { "machine-readable": bool("Print Packer's machine-readable lines") },
  examples: ["pkrts version", "pkrts -machine-readable version"],
  async run(flags, _operands, world) {
    world.stdout.write(flags["machine-readable"] ? await records() : `${LINE}\n`);
    return 0;
  },
});

/** Who reads them wants to know which Packer this is as good as. */
async function records(): Promise<string> {
  const { machineLine } = await import("../ui/machine-readable.js");
  const now = new Date();
  return [
    machineLine(now, ["", "version", PACKER_VERSION]),
    machineLine(now, ["", "version-prelease", ""]),
    machineLine(now, ["", "version-commit", ""]),
    machineLine(now, ["", "ui", "say", LINE]),
  ].join("");
}

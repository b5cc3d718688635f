import { PACKER_VERSION, PRODUCT_VERSION } from "../product.js";
import { defineCommand } from "./command.js";

export const version = defineCommand({
  name: "version",
  summary: "Prints the version of pkrts, and of the Packer whose templates it runs",
  operands: "",
  description: "Prints the version of pkrts, and of the Packer whose templates it runs.",
  flags: {},
  examples: ["pkrts version"],
  run: (_flags, _operands, world) => {
    world.stdout.write(`pkrts v${PRODUCT_VERSION} (compatible with Packer ${PACKER_VERSION})\n`);
    return Promise.resolve(0);
  },
});

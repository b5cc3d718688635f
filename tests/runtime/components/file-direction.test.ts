import { describe } from "../../support/describe.js";
import { type Trap, trapTests } from "../../support/traps.js";

const template = (argv: readonly string[], more: Partial<Trap>): Trap => ({
  files: {
    "t.pkr.hcl": `data "null" "way" {
  input = "upload"
}
source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
  provisioner "file" {
    source      = "t.pkr.hcl"
    destination = "copy"
    direction   = data.null.way.output
  }
}
`,
  },
  argv,
  code: 0,
  ...more,
});

describe("the direction of a file provisioner, from a data source", (test) => {
  trapTests(test, {
    "is refused while data sources are not asked, as in Packer": template(["validate", "."], {
      code: 1,
      has: ["Direction must be one of: download, upload.", "line 12", "-evaluate-datasources"],
    }),
    "is known when they are": template(["validate", "-evaluate-datasources", "."], {
      has: ["The configuration is valid."],
    }),
  });
});

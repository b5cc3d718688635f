// only and except of provisioners and post-processors: names that no build has are warned of (Packer is silent).
import * as assert from "uvu/assert";
import { validate } from "../../../runtime/library.js";
import { describe } from "../../support/describe.js";
import { withFiles } from "../../support/template-files.js";

const template = (blocks: string, sources = '["null.web", "null.db"]'): string => `
variable "unset" { default = null }
source "null" "web" { communicator = "none" }
source "null" "db" { communicator = "none" }
build {
  name    = "all"
  sources = ${sources}
${blocks}
}
`;
const script = (filter: string): string => `provisioner "shell-local" {
  ${filter}
  inline = ["true"]
}`;

interface Warning {
  readonly line: number | undefined;
  readonly detail: string;
}

function warnings(text: string): Promise<readonly Warning[]> {
  return withFiles({ "t.pkr.hcl": text }, async (folder) => {
    const { diagnostics } = await validate(folder);
    assert.equal(
      diagnostics.filter(({ severity }) => severity === "error").map(({ detail }) => detail),
      [],
    );
    return diagnostics.map(({ detail, range }) => ({ line: range?.start.line, detail }));
  });
}

describe("only and except of a component", (test) => {
  test("a name that no build has is warned of where it stands, with the one that was meant", async () => {
    const found = await warnings(template(script('only = ["null.web", "nul.db"]')));
    assert.equal(
      found.map(({ line }) => line),
      [9],
    );
    assert.match(found[0]?.detail ?? "", 'No build of this block is named "nul.db"');
    assert.match(found[0]?.detail ?? "", 'Did you mean "null.db"?');
  });

  test("also of post-processors, alone and in a chain, and for except", async () => {
    const chain = `post-processors {
  post-processor "manifest" {
    except = ["null.cache"]
  }
}
post-processor "manifest" {
  only = ["all.null.web"]
}`;
    assert.equal(
      (await warnings(template(chain))).map(({ line }) => line),
      [10, 14],
    );
  });

  test("a nested source counts by its own name; names of builds and globs are no names of sources", async () => {
    const nested = `source "null.web" {
  name = "second"
}
${script('only = ["null.second", "null.web"]')}
${script('only = ["null.*"]')}`;
    assert.equal(
      (await warnings(template(nested))).map(({ line }) => line),
      [16],
    );
  });

  test("nothing is said while the names of the sources are not all known", async () => {
    const found = await warnings(template(script('only = ["null.web"]'), '[for s in ["null.db"] : s]'));
    assert.equal(found, []);
  });
});

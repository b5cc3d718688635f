// What `pkrts ec2` lists, for people to read.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { withFolder } from "../../support/template-folder.js";

/** Ids and times differ each time. */
const constant = (line: string): string => line.replace(/^(ami|snap)-[0-9a-f]{17}/, "$1").replace(/\d{4}-\S*Z/, "TIME");

describe("lists of the embedded EC2", (test) => {
  test("a line each, with its region at the end", () =>
    withFolder({}, async (run, folder) => {
      writeFileSync(join(folder, "disk.img"), Buffer.alloc(512));
      for (const region of ["us-west-2", "eu-west-1"])
        assert.is((await run(["ec2", "import", "-name=base", "disk.img"], { env: { AWS_REGION: region } })).code, 0);
      const lines = async (what: string): Promise<readonly string[]> =>
        (await run(["ec2", what])).stdout.trimEnd().split("\n").map(constant).sort();
      assert.equal(await lines("images"), ["ami\tbase\tTIME\teu-west-1", "ami\tbase\tTIME\tus-west-2"]);
      assert.equal(await lines("snapshots"), ["snap\t1 GiB\tTIME\teu-west-1", "snap\t1 GiB\tTIME\tus-west-2"]);
      assert.equal(await lines("volumes"), [""]);
    }));
});

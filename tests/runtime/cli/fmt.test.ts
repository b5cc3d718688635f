// fmt among files that are no templates, or can't be read; what it makes of texts is told in tests/lang/fmt.
import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { withFolder } from "../../support/template-folder.js";
import { whyNoTool } from "../../support/workshop.js";

const LOOSE = "a=1\n";
const TIDY = "a = 1\n";

describe("fmt of a folder", (test) => {
  test("goes on after a file that is wrong, and one that can't be read", () =>
    withFolder(
      { "t/a.pkr.hcl": "a = {\n", "t/z.pkr.hcl": LOOSE, "t/sub/y.pkrvars.hcl": LOOSE },
      async (run, folder) => {
        symlinkSync("nothing", join(folder, "t/b.pkr.hcl"));
        const { code, stdout, stderr } = await run(["fmt", "-recursive", "t", "t/no.pkr.hcl"]);
        assert.is(code, 1);
        assert.is(stdout, "t/sub/y.pkrvars.hcl\nt/z.pkr.hcl\n");
        assert.match(stderr, "on t/a.pkr.hcl line 2");
        for (const path of ["t/b.pkr.hcl", "t/no.pkr.hcl"])
          assert.match(stderr, `encountered an error while formatting ${path}\n`);
        assert.is(readFileSync(join(folder, "t/z.pkr.hcl"), "utf8"), TIDY);
      },
    ));

  test("keeps links, permissions and line ends, and enters no linked folder", () =>
    withFolder({ "t/real.pkr.hcl": "a=1\r\n", "other/o.pkr.hcl": LOOSE }, async (run, folder) => {
      chmodSync(join(folder, "t/real.pkr.hcl"), 0o640);
      symlinkSync("real.pkr.hcl", join(folder, "t/link.pkr.hcl"));
      symlinkSync("../other", join(folder, "t/round"));
      assert.is((await run(["fmt", "-recursive", "t"])).stdout, "t/link.pkr.hcl\n");
      assert.ok(lstatSync(join(folder, "t/link.pkr.hcl")).isSymbolicLink());
      assert.is(statSync(join(folder, "t/real.pkr.hcl")).mode & 0o777, 0o640);
      assert.is(readFileSync(join(folder, "t/real.pkr.hcl"), "utf8"), "a = 1\r\n");
      assert.is(readFileSync(join(folder, "other/o.pkr.hcl"), "utf8"), LOOSE);
    }));

  test.unless(whyNoTool("mkfifo"), "waits for no pipe, and for no folder of a template's name", () =>
    withFolder({ "t/a.pkr.hcl": TIDY, "t/dir.pkr.hcl/x": "" }, async (run, folder) => {
      execFileSync("mkfifo", [join(folder, "t/fifo.pkr.hcl")]);
      assert.equal(await run(["fmt", "t"]), { code: 0, signal: null, stdout: "", stderr: "" });
      assert.match((await run(["fmt", "t/fifo.pkr.hcl"])).stderr, "file t/fifo.pkr.hcl is not a HCL file");
    }),
  );
});

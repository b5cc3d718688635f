// The table of traps (cli-runtime §10), row 81: what a builder may tell its provisioners through `build.X`.
import { join } from "node:path";
import * as assert from "uvu/assert";
import { mapOf, NUMBER, STRING, type Type } from "../../../lang/types/type.js";
import { builtins } from "../../../runtime/builtins.js";
import { noCommunicator } from "../../../runtime/communicators/none.js";
import {
  type Builder,
  defineBuilder,
  type GeneratedData,
  type Kind,
  type Kinds,
  type Registry,
} from "../../../runtime/contract/component.js";
import { prepareTemplate } from "../../../runtime/engine.js";
import { fileOptions } from "../../../schemas/components/file.gen.js";
import type { File } from "../../../schemas/options.gen.js";
import { describe } from "../../support/describe.js";
import { optionsIn, run } from "../../support/engine.js";
import { withFiles } from "../../support/template-files.js";

/** The file builder's options, and a builder that tells `generated`. */
const telling = (generated: GeneratedData): Builder =>
  defineBuilder<File>({
    type: "file",
    summary: "Tells what it was given to tell",
    schema: fileOptions,
    exports: new Map<string, Type>([
      ["MyMap", mapOf(STRING)],
      ["MyNumber", NUMBER],
    ]),
    undo: {},
    communicator: () => "none",
    async build(_options, _context, run, provision) {
      await run.step("provision", () => provision(noCommunicator, generated));
      return undefined;
    },
  });

/** What `inline` prints under such a builder. */
async function printed(inline: string, generated: GeneratedData): Promise<readonly string[]> {
  const registry: Registry = {
    ...builtins,
    load: async <K extends Kind>(kind: K, type: string): Promise<Kinds[K] | undefined> =>
      kind === "builder" ? (telling(generated) as Kinds[K]) : builtins.load(kind, type),
  };
  const template = `source "file" "a" {\n  target = "x"\n  content = "x"\n}\nbuild {\n  sources = ["file.a"]\n  provisioner "shell-local" {\n    inline = [${inline}]\n  }\n}\n`;
  return withFiles({ "t.pkr.hcl": template }, async (folder) => {
    const options = optionsIn(folder, { registry, env: process.env, purpose: "build" });
    const { plan, diagnostics } = await prepareTemplate(join(folder, "t.pkr.hcl"), options);
    if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
    const lines: string[] = [];
    for await (const event of run(plan, folder)) {
      if (event.type === "output") lines.push(event.line);
      if (event.type === "summary") assert.is(event.builds[0]?.error, undefined);
    }
    return lines;
  });
}

describe("traps: values of build", (test) => {
  test("81 [D] a map is one", async () => {
    const generated = { MyMap: { region: "eu-west-1", id: "ami-1" }, MyNumber: 1.5 };
    assert.equal(await printed('"echo ${build.MyMap.region} ${build.MyMap["id"]}"', generated), ["eu-west-1 ami-1"]);
  });

  test("81 [D] and so is all that JSON has, to any depth", async () => {
    const generated = { MyMap: { list: [1, { deep: true }] }, MyNumber: 1.5 };
    assert.equal(await printed("\"echo '${jsonencode(build.MyMap)}' ${build.MyNumber * 2}\"", generated), [
      '{"list":[1,{"deep":true}]} 3',
    ]);
  });
});

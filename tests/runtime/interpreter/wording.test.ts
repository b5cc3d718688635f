// What validate says, in Packer's words: scripts look for them.
import * as assert from "uvu/assert";
import { validate } from "../../../runtime/library.js";
import { describe } from "../../support/describe.js";
import { diagnosticsOf, errorsOf, legacyNullBuild, nullBuild, withFiles } from "../../support/template-files.js";

const hcl = (blocks: string): Promise<string> => errorsOf({ "t.pkr.hcl": nullBuild(blocks) });
const legacy = (parts: object): Promise<string> => errorsOf({ "template.json": legacyNullBuild(parts) });
const inline = (line: string): object => ({ provisioners: [{ type: "shell", inline: [line] }] });

describe("Go templates that the build renders", (test) => {
  test("are tried before it: legacy build`X` must be a name that there will be", async () => {
    assert.match(await legacy(inline("{{build `Nonsense`}}")), "loaded data, but couldnt find Nonsense in it.");
    assert.is(await legacy(inline("{{build `ID`}} {{build `PackerRunUUID` | upper}} {{ .ID | upper }}")), "");
  });

  test("of HCL2 have neither user nor build nor template_dir", async () => {
    for (const call of ["user `x`", "build `ID`", "template_dir", "env `HOME`"]) {
      const shell = `provisioner "shell" {\n inline = ["{{ ${call} }}"]\n}`;
      assert.match(
        await hcl(shell),
        /Failed preparing provisioner-block "shell" "".*render 'inline': template: root:1:3/s,
      );
      const custom = `post-processor "manifest" {\n custom_data = {\n a = "{{ ${call} }}"\n }\n}`;
      assert.match(await hcl(custom), /Failed preparing post-processor-block "manifest" "".*render 'custom_data'/s);
    }
  });

  test("are only parsed where Packer renders late alone", async () => {
    const command = (text: string): string => `provisioner "shell" {\n inline = ["x"]\n execute_command = "${text}"\n}`;
    assert.is(await hcl(command("{{ .Vars }} {{ index .Nope 3 }} {{ .Path }}")), "");
    assert.match(await hcl(command("{{ .Path")), "unclosed action");
  });

  test("a field that nothing has yet is no mistake", async () => {
    assert.is(await hcl(`provisioner "shell-local" {\n inline = ["docker ps --format '{{ .Names }}'"]\n}`), "");
  });
});

describe("durations", (test) => {
  test("a wrong one is told before other problems of the block", async () => {
    const said = await hcl(`provisioner "shell" {\n start_retry_timeout = "soon"\n}`);
    assert.match(said, `1 error(s) decoding:\n\n* error decoding 'start_retry_timeout': time: invalid duration "soon"`);
    assert.ok(said.indexOf("error(s) decoding") < said.indexOf("Either a script file or inline script"));
    assert.match(
      await legacy({ provisioners: [{ type: "sleep", duration: "5 minutes" }] }),
      `time: unknown unit " minutes"`,
    );
  });
});

describe("a component of a legacy template", (test) => {
  test("of a type that nobody knows: the build that fails to initialize", async () => {
    assert.match(
      await errorsOf({ "template.json": `{ "builders": [{ "type": "warp", "name": "w" }] }` }),
      `Failed to initialize build "warp.w"; error initializing builder 'warp'`,
    );
    assert.match(
      await legacy({ provisioners: [{ type: "shel" }] }),
      /Failed to initialize build "null".*Did you mean "shell"\?/s,
    );
    assert.match(await legacy({ "post-processors": ["zip"] }), `error initializing post-processor 'zip'`);
  });

  test("with wrong options: the build that fails to be prepared, at the option", async () => {
    const [said] = await diagnosticsOf({ "template.json": legacyNullBuild(inline("{{ .Broken ")) });
    assert.is(said?.summary, 'Failed to prepare build: "null"');
    assert.match(said?.detail ?? "", "invalid 'inline': template: root:1: unclosed action");
    assert.is(said?.range?.start.line, 12);
  });

  test("with a value of another type", async () => {
    assert.match(
      await legacy({ provisioners: [{ type: "shell", inline: ["x"], skip_clean: "yes" }] }),
      `1 error(s) decoding:\n\n* cannot parse 'skip_clean' as bool: strconv.ParseBool: parsing "yes": invalid syntax`,
    );
  });
});

describe("a mistake in a template's frame", (test) => {
  test("a path that does not exist, of each dialect", async () => {
    await withFiles({}, async (folder) => {
      const say = async (name: string): Promise<string | undefined> =>
        (await validate(`${folder}/${name}`)).diagnostics[0]?.summary;
      assert.is(await say("gone.pkr.hcl"), `Cannot tell wether ${folder}/gone.pkr.hcl is a directory`);
      assert.is(await say("gone.json"), `"${folder}/gone.json": stat ${folder}/gone.json: no such file or directory`);
    });
  });

  test("a block where only arguments may be", async () => {
    for (const block of ["locals", "variables"]) {
      const said = await diagnosticsOf({ "t.pkr.hcl": `${block} {\n  inner {\n    a = 1\n  }\n}\n${nullBuild("")}` });
      assert.equal(
        said.map(({ summary }) => summary),
        ['Unexpected "inner" block'],
      );
    }
  });

  test("locals that can't be ordered, with the path through them", async () => {
    const cycle = "locals {\n a = local.b\n b = local.c\n c = local.a\n}\n";
    assert.match(await errorsOf({ "t.pkr.hcl": cycle + nullBuild("") }), "local.a → local.b → local.c → local.a");
    const depending = 'locals {\n d = "${local.a}x"\n e = local.b.name\n}\n';
    assert.is((await diagnosticsOf({ "t.pkr.hcl": cycle + depending + nullBuild("") })).length, 1);
    const gone = 'locals {\n a = "${local.ghost}x"\n}\n';
    assert.match(
      await errorsOf({ "t.pkr.hcl": gone + nullBuild("") }),
      /Unsupported attribute.*local\.ghost, which is not defined/,
    );
  });

  test("a file that is not there is told at the argument that names it", async () => {
    for (const call of ["file", "filebase64"]) {
      const [said] = await diagnosticsOf({
        "t.pkr.hcl": `locals {\n f = upper(${call}("gone.txt"))\n}\n${nullBuild("")}`,
      });
      assert.is(said?.summary, "Error in function call");
      assert.is(said?.range?.start.column, `f = upper(${call}(`.length + 2);
    }
  });
});

describe("the null builder", (test) => {
  test("with a communicator that does not exist says what any communicator needs", async () => {
    const said = await errorsOf({ "t.pkr.hcl": nullBuild("").replace('"none"', '"telnet"') });
    for (const part of [
      "Communicator type telnet is invalid",
      "a Host must",
      "a Username must",
      "one authentication method",
    ])
      assert.match(said, part);
  });
});

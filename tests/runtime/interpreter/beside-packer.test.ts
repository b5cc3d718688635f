// Differences that were found by running Packer 1.6.6 beside us on the same templates, where 1.16 still does as it does.
import * as assert from "uvu/assert";
import { validate } from "../../../runtime/library.js";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import {
  diagnosticsOf,
  errorsOf,
  type Files,
  legacyNullBuild,
  nullBuild,
  withFiles,
} from "../../support/template-files.js";

const hcl = (blocks: string, more: Files = {}): Promise<string> =>
  errorsOf({ "t.pkr.hcl": nullBuild(blocks), ...more });
const before = (blocks: string): Promise<string> => errorsOf({ "t.pkr.hcl": blocks + nullBuild("") });
const legacy = (parts: object): Promise<string> => errorsOf({ "template.json": legacyNullBuild(parts) });

const chroot = (options: string): Promise<string> =>
  errorsOf({
    "t.pkr.hcl": `source "amazon-chroot" "c" {
  access_key = "AKIAPKRTSEXAMPLE"
  secret_key = "not-a-secret"
  region     = "us-east-1"
  ami_name   = "pkrts-img"
  source_ami = "ami-0123456789abcdef0"
  ${options}
}
build {
  sources = ["amazon-chroot.c"]
}
`,
  });

const legacyChroot = (options: object): Promise<string> =>
  errorsOf({
    "template.json": JSON.stringify({
      builders: [
        {
          type: "amazon-chroot",
          access_key: "A",
          secret_key: "B",
          region: "us-east-1",
          ami_name: "pkrts",
          source_ami: "ami-1",
          ...options,
        },
      ],
    }),
  });

const overSsh = (options: string): string => `source "null" "s" {\n${options}\n}\nbuild {\n  sources = ["null.s"]\n}\n`;

describe("[Packer] arguments that the template layer reads itself", (test) => {
  rows(
    test,
    [
      ["a text for a number", 'max_retries = "x"', "Unsuitable value: a number is required"],
      ["a number that is not whole", "max_retries = 1.5", "value must be a whole number, between -9223372036854775808"],
      ["a text for a list", 'only = "null.n"', "Unsuitable value: list of string required"],
      ["a list with null in it", "except = [null]", "Unsuitable value: null value is not allowed"],
      ["null for a name", "name = null", "Unsuitable value: null value is not allowed"],
    ],
    async (argument: string, wanted: string) => {
      const said = await hcl(`provisioner "shell-local" {\n inline = ["x"]\n ${argument}\n}`);
      assert.match(said, "Unsuitable value type; ");
      assert.match(said, wanted);
    },
  );

  test("null for a list is no list", async () => {
    assert.is(await hcl('provisioner "shell-local" {\n inline = ["x"]\n only = null\n override = null\n}'), "");
  });

  test("those of variables", async () => {
    for (const argument of ["sensitive = null", "sensitive = [true]", "description = null", 'description = ["x"]'])
      assert.match(await before(`variable "x" {\n default = 1\n ${argument}\n}\n`), "Unsuitable value type");
  });

  test("a version that is no text", async () => {
    assert.match(await before('packer {\n required_version = ["x"]\n}\n'), /^Invalid version constraint; This is/);
    assert.is(await before("packer {\n required_version = null\n}\n"), "");
  });
});

describe("[Packer] options of components, which Go structs hold", (test) => {
  rows(
    test,
    [
      ["null in a list", 'ami_regions = ["us-east-1", null]', "null value is not allowed"],
      ["null in a map", "tags = { a = null }", "null value is not allowed"],
      ["null in a list of lists", 'chroot_mounts = [["a", "b", null]]', "null value is not allowed"],
      ["a fraction", "root_volume_size = 1.5", "value must be a whole number, between"],
      ["more than 64 bits", "root_volume_size = 99999999999999999999", "and 9223372036854775807"],
      ["a fraction in a block", "ami_block_device_mappings {\n  volume_size = 0.5\n }", "value must be a whole number"],
    ],
    async (options: string, wanted: string) => assert.match(await chroot(options), wanted),
  );

  test("null for a whole option is as if it were not given", async () => {
    assert.is(await chroot("tags = null\n ami_regions = null\n root_volume_size = null"), "");
  });

  test("a block of vault_aws_engine counts once something is in it", async () => {
    assert.is(await chroot('vault_aws_engine {\n  name = ""\n }'), "");
    assert.match(await chroot('vault_aws_engine {\n  name = "v"\n }'), "If you have set vault_aws_engine");
  });

  test("a source that is a file with a slash behind it", async () => {
    await withFiles({ payload: "x" }, async (folder) => {
      const source = `provisioner "file" {\n source = "${folder}/payload/"\n destination = "/x"\n}`;
      assert.match(await hcl(source), `Bad source '${folder}/payload/': stat ${folder}/payload/: not a directory`);
    });
  });
});

describe("[Packer] arguments of the one kind of block on the other", (test) => {
  test("a post-processor has no pause, no timeout and no overrides", async () => {
    for (const argument of ['pause_before = "1s"', 'timeout = "1s"', "max_retries = 1", "override = {}"])
      assert.match(await hcl(`post-processor "manifest" {\n ${argument}\n}`), "Unsupported argument");
  });

  test("a provisioner keeps no artifact", async () => {
    const said = await hcl('provisioner "shell-local" {\n inline = ["x"]\n keep_input_artifact = true\n}');
    assert.match(said, "Unsupported argument");
  });

  test("null keeps what is usual", async () => {
    assert.is(await hcl('post-processor "manifest" {\n keep_input_artifact = null\n}'), "");
    assert.is(await hcl('post-processor "compress" {\n archive = "x"\n algorithm = "y"\n}'), "");
  });
});

describe("[Packer] blocks in JSON", (test) => {
  const json = (parts: object): Promise<string> =>
    errorsOf({
      "t.pkr.json": JSON.stringify({
        source: { null: { n: { communicator: "none" } } },
        build: { sources: ["null.n"] },
        ...parts,
      }),
    });

  rows(
    test,
    [
      ["nothing", {}],
      ["null", null],
      ["an empty list", []],
      ["a list of nothing", [{}]],
    ],
    async (variable: unknown) => assert.match(await json({ variable }), "Missing block label; The name of a variable"),
  );

  test("need every label", async () => {
    const source = { null: { n: { communicator: "none" } }, file: {} };
    assert.match(await json({ source }), "Missing block label; The name of a source");
    assert.match(await json({ build: { sources: ["null.n"], provisioner: [] } }), "Missing block label");
  });

  test("may be null behind their labels, or as a whole where they have none", async () => {
    assert.is(await json({ variable: { x: null }, locals: null, packer: null }), "");
    assert.match(await json({ variable: { x: [null] } }), 'Unset variable "x"');
    assert.match(await json({ locals: [null] }), "Incorrect JSON value type");
  });
});

describe("[Packer] dynamic blocks", (test) => {
  const dynamic = (body: string): Promise<string> =>
    hcl(`dynamic "provisioner" {\n for_each = ["a"]\n ${body}\n content {\n inline = ["x"]\n }\n}`);

  rows(
    test,
    [
      ["without labels", "", 'Missing required argument; The argument "labels" is required'],
      ["with too many labels", 'labels = ["shell-local", "x"]', "Extraneous dynamic block label"],
      ["with too few", "labels = []", "Insufficient dynamic block labels"],
      ["with labels that are computed", 'labels = concat(["shell-local"])', "Invalid expression"],
      ["with a text for its iterator", 'labels = ["shell-local"]\n iterator = "x"', "Invalid expression"],
      ["with a path for its iterator", 'labels = ["shell-local"]\n iterator = a.b', "Invalid dynamic iterator name"],
    ],
    async (body: string, wanted: string) => assert.match(await dynamic(body), wanted),
  );

  test("their labels are counted where there is nothing to make, too", async () => {
    const none = 'dynamic "provisioner" {\n for_each = []\n labels = []\n content {}\n}';
    assert.match(await hcl(none), "Insufficient dynamic block labels");
  });

  test("have no labels where the blocks that they make have none", async () => {
    const said = await chroot('dynamic "tag" {\n  for_each = [1]\n  labels = []\n  content {}\n }');
    assert.match(said, "Unsupported argument");
  });

  test("without a type", async () => {
    assert.match(await hcl("dynamic {\n}"), "Missing type for dynamic");
  });
});

describe("[Packer] the null builder's communicators", (test) => {
  const SSH = 'ssh_host = "h"\n ssh_username = "u"';
  rows(
    test,
    [
      [
        "winrm that is complete",
        'communicator = "winrm"\n winrm_host = "h"\n winrm_username = "u"\n winrm_password = "p"',
        "",
      ],
      ["winrm without anything", 'communicator = "winrm"', "winrm_username must be specified."],
      [
        "docker, which never has enough",
        `communicator = "docker"\n ${SSH}\n ssh_password = "p"`,
        "a Host must be specified",
      ],
      ["a port that is none", `${SSH}\n ssh_password = "p"\n ssh_port = -1`, ""],
      ["a port of zero", `${SSH}\n ssh_password = "p"\n ssh_port = 0`, ""],
      [
        "a key that is not there",
        `${SSH}\n ssh_private_key_file = "gone"`,
        "ssh_private_key_file is invalid: stat gone: no such file or directory",
      ],
      [
        "a tunnel without colons",
        `${SSH}\n ssh_password = "p"\n ssh_remote_tunnels = ["x"]`,
        "ssh_remote_tunnels ('x') is invalid: Error parsing tunnel 'x': [x]",
      ],
      [
        "a tunnel to no port",
        `${SSH}\n ssh_password = "p"\n ssh_local_tunnels = ["1:h:z"]`,
        `Error parsing forwarding port, must be a valid port: strconv.Atoi: parsing "z": invalid syntax`,
      ],
    ],
    async (options: string, wanted: string) => {
      const said = await errorsOf({ "t.pkr.hcl": overSsh(options) });
      if (wanted === "") assert.is(said, "");
      else assert.match(said, wanted);
    },
  );
});

describe("[Packer] files of variables", (test) => {
  const VARIABLE = 'variable "x" {\n default = "a"\n}\n';
  const auto = (name: string, text: string): Promise<string> =>
    errorsOf({ "t.pkr.hcl": VARIABLE + nullBuild(""), [`v.auto.pkrvars.${name}`]: text });

  test("of HCL-JSON hold one object", async () => {
    for (const text of ["[]", '[{ "x": "b" }]'])
      assert.match(await auto("json", text), /^Incorrect JSON value type; A JSON object is required/);
    assert.match(await auto("json", '{ "x": "b", "x": "c" }'), /^Duplicate attribute definition/);
  });

  test("that are not there, of each language", async () => {
    const missing = async (varFile: string): Promise<string> =>
      errorsOf({ "t.pkr.hcl": VARIABLE + nullBuild("") }, { varFiles: [varFile] });
    assert.match(await missing("/gone.json"), /^Failed to open file/);
    assert.match(await missing("/gone.hcl"), /^Failed to read file/);
    const template = { "template.json": legacyNullBuild({}) };
    assert.match(
      await errorsOf(template, { varFiles: ["/gone.json"] }),
      /^open \/gone.json: no such file or directory/,
    );
  });

  rows(
    test,
    [
      ["a number", '{"c": 5}', "json: cannot unmarshal number into Go value of type string"],
      ["a list", '["c"]', "json: cannot unmarshal array into Go value of type kvflag.FlagJSON"],
      ["nothing", " ", "EOF"],
      ["an end too early", '{"c"', "unexpected EOF"],
      ["no JSON", "c = 1", "invalid character 'c' looking for beginning of value"],
    ],
    async (text: string, wanted: string) => {
      await withFiles({ "template.json": legacyNullBuild({}), "v.json": text }, async (folder) => {
        const file = `${folder}/v.json`;
        const said = await validate(`${folder}/template.json`, { varFiles: [file] });
        assert.is(said.diagnostics[0]?.summary, `Error reading variables in '${file}': ${wanted}`);
      });
    },
  );

  test("of a legacy template may be null", async () => {
    const said = await withFiles(
      { "template.json": legacyNullBuild({}), "v.json": "null" },
      async (folder) => (await validate(`${folder}/template.json`, { varFiles: [`${folder}/v.json`] })).diagnostics,
    );
    assert.equal(said, []);
  });
});

describe("[Packer] legacy templates", (test) => {
  test("what is one sentence is told as one", async () => {
    const summary = async (text: string): Promise<string | undefined> =>
      (await diagnosticsOf({ "template.json": text }))[0]?.summary;
    assert.is(await summary("[]"), "Failed to parse template: '' expected a map, got 'slice'");
    assert.is(
      await summary('{"builders": [], "builders": []}'),
      "Failed to parse template: template has duplicate field: builders",
    );
    assert.match(
      (await summary('{"_c": 1}')) ?? "",
      'Failed to cast root level comment value in comment "_c" to string.',
    );
  });

  test("a version that is a number", async () => {
    const said = await legacy({ min_packer_version: 1 });
    assert.match(said, "'min_packer_version' expected type 'string', got unconvertible type 'float64', value: '1'");
  });

  test("variables see the template's folder", async () => {
    const folder = legacyNullBuild({
      variables: { here: "{{template_dir}}" },
      provisioners: [{ type: "shell-local", script: "{{user `here`}}/s.sh" }],
    });
    assert.is(await errorsOf({ "template.json": folder, "s.sh": "" }), "");
  });

  test("max_retries that is no number says which build", async () => {
    const said = await legacy({ provisioners: [{ type: "shell-local", inline: ["x"], max_retries: "x" }] });
    assert.match(said, 'Failed to initialize build "null"; `max_retries` must be a valid integer');
  });

  test("durations may be numbers of nanoseconds", async () => {
    const timed = (timeout: unknown): Promise<string> =>
      errorsOf({
        "template.json": JSON.stringify({ builders: [{ type: "null", communicator: "none", ssh_timeout: timeout }] }),
      });
    assert.is(await timed(5_000_000_000), "");
    assert.match(await timed("5"), `error decoding 'ssh_timeout': time: missing unit in duration "5"`);
  });

  test("an option in another letter case is another one where the exact name is there too", async () => {
    const options = { type: "null", communicator: "none", Communicator: "none" };
    const both = await errorsOf({ "template.json": JSON.stringify({ builders: [options] }) });
    assert.match(both, `unknown configuration key: '"Communicator"'`);
  });

  test("a post-processor whose type is an empty text has none", async () => {
    for (const chain of ["", ["manifest", ""]])
      assert.match(await legacy({ "post-processors": [chain] }), /post-processor 1\.[12]: type is required/);
  });

  test("names in maps are Go templates wherever their values are", async () => {
    const wrong = { "{{nope}}": "x" };
    assert.match(await legacyChroot({ tags: wrong }), `invalid 'tags': template: root:1: function "nope" not defined`);
    const post = { type: "manifest", custom_data: wrong };
    assert.match(await legacy({ "post-processors": [post] }), `invalid 'custom_data': template: root:1`);
  });

  test("what every object of JavaScript has is an unknown option, too", async () => {
    for (const name of ["constructor", "__proto__", "toString"]) {
      const options = JSON.parse(`{ "${name}": "x" }`);
      assert.match(await legacyChroot(options), `unknown configuration key: '"${name}"'`);
    }
  });

  test("null in a list of names is an empty name", async () => {
    assert.is(await legacy({ "sensitive-variables": [null] }), "");
    const provisioners = [{ type: "shell-local", inline: ["x"], only: [null] }];
    assert.match(await legacy({ provisioners }), "'only' specified builder '' not found");
  });

  test("an unknown option says where it stands", async () => {
    assert.match(
      await legacyChroot({ ami_block_device_mappings: [{ foo: 1 }] }),
      `unknown configuration key: '"ami_block_device_mappings[0].foo"'`,
    );
    assert.match(await legacyChroot({ source_ami_filter: { foo: 1 } }), `key: '"source_ami_filter.foo"'`);
  });

  test("values of the wrong type, as the fields in Packer are called", async () => {
    const shell = (options: object): object => ({ provisioners: [{ type: "shell", ...options }] });
    assert.match(
      await legacy(shell({ inline: { a: 1 } })),
      "'Inline[0]' expected type 'string', got unconvertible type 'map[interface {}]interface {}', value: 'map[a:1]'",
    );
    assert.match(await legacy(shell({ inline: ["x"], binary: "maybe" })), "cannot parse 'Binary' as bool");
    assert.match(await legacyChroot({ root_volume_size: ["a"] }), "'root_volume_size' expected type 'int64'");
    assert.match(
      await legacyChroot({ encrypt_boot: "x" }),
      `error decoding 'encrypt_boot': Error parsing bool from given var: strconv.ParseBool: parsing "x": invalid syntax`,
    );
  });
});

describe("[Packer] the console without a template", (test) => {
  test("has no folder of one", async () => {
    const { stdout } = await pkrts(["console"], { input: "path.root\n" });
    assert.is(stdout, "\n");
  });
});

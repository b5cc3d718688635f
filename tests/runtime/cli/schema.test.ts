import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as assert from "uvu/assert";
import * as shapes from "../../../lang/template/blocks.js";
import * as documented from "../../../schemas/template-blocks.js";
import { pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";

/** Every form that HCL-JSON has for a block: an object, an array of them, labels in between. */
const TEMPLATE = {
  "//": "a comment",
  packer: {
    required_version: ">= 1.7",
    required_plugins: { amazon: { source: "github.com/hashicorp/amazon", version: "~> 1" } },
  },
  variable: { ami: { type: "string", default: "ami-0123456789abcdef0" }, tries: [{ default: 3, sensitive: true }] },
  variables: { greeting: "hello" },
  locals: [{ name: "web ${var.greeting}" }],
  local: { secret: { expression: "x", sensitive: true } },
  source: {
    "amazon-chroot": {
      web: {
        source_ami: "${var.ami}",
        ami_name: "${local.name} {{timestamp}}",
        max_retries: "${var.tries}",
        tags: { Base: "{{ .SourceAMIName }}" },
        root_device_name: "/dev/sda1",
        root_volume_size: 4,
        ami_block_device_mappings: [{ device_name: "/dev/sdf", volume_size: 4 }],
      },
    },
    null: [{ a: { communicator: "none" } }],
  },
  build: [
    {
      name: "all",
      sources: ["source.amazon-chroot.web", "source.null.a"],
      provisioner: [
        { shell: { inline: ["true"], only: ["amazon-chroot.web"] } },
        { "shell-local": { inline: ["true"] } },
      ],
      "post-processors": [{ "post-processor": { manifest: { output: "manifest.json" } } }],
    },
  ],
};

async function schemaOf(name: string): Promise<ValidateFunction> {
  const { code, stdout, stderr } = await pkrts(["schema", name]);
  assert.is(code, 0, stderr);
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(stdout) as object);
}

describe("schema", (test) => {
  test("without an argument lists every component, each of which has a schema in the standard's words only", async () => {
    const names = (await pkrts(["schema"])).stdout.trim().split("\n");
    assert.ok(names.includes("builder.amazon-chroot") && names.includes("post-processor.manifest"));
    for (const name of names) await schemaOf(name);
  });

  test("the kind may be left out where the type is unique, and templates' words for kinds are known", async () => {
    const [short, long] = [await pkrts(["schema", "amazon-chroot"]), await pkrts(["schema", "source.amazon-chroot"])];
    assert.is(short.stdout, long.stdout);
    const ambiguous = await pkrts(["schema", "shell-local"]);
    assert.is(ambiguous.code, 2);
    assert.match(ambiguous.stderr, "provisioner.shell-local or post-processor.shell-local");
  });

  test("an unknown component is refused with the nearest name", async () => {
    const { code, stderr } = await pkrts(["schema", "amazon-chrot"]);
    assert.is(code, 2);
    assert.match(stderr, 'did you mean "amazon-chroot"?');
  });

  test("template takes what validate takes, and refuses an option that no component has", async () => {
    const validate = await schemaOf("template");
    assert.ok(validate(TEMPLATE), JSON.stringify(validate.errors));
    const folder = mkdtempSync(join(tmpdir(), "pkrts-schema-"));
    writeFileSync(join(folder, "t.pkr.json"), JSON.stringify(TEMPLATE));
    const { code, stderr } = await pkrts(["validate", folder]);
    rmSync(folder, { recursive: true });
    assert.is(code, 0, stderr);
    assert.not.ok(validate({ source: { "amazon-chroot": { a: { ami_nmae: "x" } } } }));
    assert.not.ok(validate({ build: [{ provisioner: [{ shell: { inlin: [] } }] }] }));
    assert.not.ok(validate({ variable: { a: { defualt: 1 } } }));
  });

  test("the documented blocks hold the arguments that the language reads, and no others", () => {
    const pairs: readonly (readonly [{ readonly properties?: object | undefined }, Iterable<string>])[] = [
      [documented.PACKER_BLOCK, shapes.PACKER.attributes],
      [documented.VARIABLE_BLOCK, shapes.VARIABLE.attributes],
      [documented.VALIDATION_BLOCK, shapes.VALIDATION.attributes],
      [documented.LOCAL_BLOCK, shapes.LOCAL.attributes],
      [documented.BUILD_BLOCK, shapes.BUILD.attributes],
      [documented.PROVISIONER_META_OPTIONS, shapes.PROVISIONER_META],
      [documented.POST_PROCESSOR_META_OPTIONS, shapes.POST_PROCESSOR_META],
    ];
    for (const [{ properties = {} }, names] of pairs) assert.equal(Object.keys(properties).sort(), [...names].sort());
    const blocks = [...shapes.ROOT.blocks.keys(), ...shapes.BUILD.blocks.keys()].filter((name) => name !== "from");
    for (const name of blocks) assert.ok(name in documented.BLOCK_DESCRIPTIONS, name);
  });
});

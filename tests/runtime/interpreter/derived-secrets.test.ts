// What an option makes of a sensitive value, by functions and templates, is as secret as the value itself.
import { createHash } from "node:crypto";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type Prepared, prepareTemplate } from "../../../runtime/engine.js";
import { describe } from "../../support/describe.js";
import { optionsIn, run } from "../../support/engine.js";
import { withFiles } from "../../support/template-files.js";

const SECRET = "correct-horse";
const ENCODED = Buffer.from(SECRET).toString("base64");

/** A build whose body is this, prepared. */
function prepared(
  body: string,
  source = 'content = "a"',
  files: Readonly<Record<string, string>> = {},
): Promise<Prepared> {
  const template = `variable "secret" {
  type      = string
  default   = "${SECRET}"
  sensitive = true
}
variable "pin" {
  type      = number
  default   = 987654
  sensitive = true
}
variable "open" {
  default = "for all to see"
}
source "file" "a" {
    target  = "a"
  ${source}
}
build {
  sources = ["source.file.a"]
  ${body}
}
`;
  return withFiles({ "t.pkr.hcl": template, ...files }, (folder) =>
    prepareTemplate(join(folder, "t.pkr.hcl"), optionsIn(folder)),
  );
}

/** What no output may show of it. */
async function secretsOf(...what: Parameters<typeof prepared>): Promise<readonly string[]> {
  const { plan, diagnostics } = await prepared(...what);
  assert.equal(diagnostics, []);
  return plan?.secrets ?? [];
}

const diagnosticsOf = async (body: string): Promise<string> => JSON.stringify((await prepared(body)).diagnostics);

const shell = (options: string): string => `provisioner "shell-local" {\n${options}\n}`;

describe("what options make of secrets", (test) => {
  for (const [what, options, secret] of [
    ["a template of one function call", `inline = ["\${upper(var.secret)}"]`, SECRET.toUpperCase()],
    ["a function call", `inline = [strrev(var.secret)]`, "esroh-tcerroc"],
    ["a part of a template", `inline = ["echo \${base64encode(var.secret)} twice"]`, ENCODED],
    [
      "environment_vars",
      `inline = ["x"]\nenvironment_vars = ["A=\${sha256(var.secret)}"]`,
      createHash("sha256").update(SECRET).digest("hex"),
    ],
    ["a map", `inline = ["x"]\nenv = { A = title(var.secret) }`, "Correct-Horse"],
    ["a part in a map", `inline = ["x"]\nenv = { "A" = "so: \${title(var.secret)}" }`, "Correct-Horse"],
    ["a map with a key that is computed", `inline = ["x"]\nenv = { upper("a") = title(var.secret) }`, "Correct-Horse"],
    ["a conditional", `inline = [var.pin > 5 ? replace(var.secret, "-", "_") : "x"]`, "correct_horse"],
    [
      "a heredoc",
      `inline = [<<EOF\nfirst\n%{ for each in split("-", var.secret) }\${upper(each)}\n%{ endfor }\nEOF\n]`,
      "HORSE",
    ],
  ] as const)
    test(`${what}: is hidden`, async () => {
      const secrets = await secretsOf(shell(options));
      assert.ok(secrets.includes(secret), secrets.join("\n"));
    });

  test("blocks, sources and post-processors, too", async () => {
    const secrets = await secretsOf(
      `post-processor "manifest" {\n  custom_data = { key = upper(var.secret) }\n}`,
      `content = strrev(var.secret)`,
    );
    assert.ok(secrets.includes(SECRET.toUpperCase()));
    assert.ok(secrets.includes("esroh-tcerroc"));
  });

  test("Go templates, too", async () => {
    const secrets = await secretsOf("", `content = "{{ upper \`\${var.secret}\` }}"`);
    assert.ok(secrets.includes(SECRET.toUpperCase()));
  });

  test("an override of a provisioner", async () => {
    const secrets = await secretsOf(shell(`inline = ["x"]\noverride = { a = { inline = ["\${upper(var.secret)}"] } }`));
    assert.ok(secrets.includes(SECRET.toUpperCase()));
  });

  test("templatefile: what it puts in, not each line of the file", async () => {
    const secrets = await secretsOf(
      shell(`inline = [templatefile("t.tpl", { a = base64encode(var.secret) })]`),
      undefined,
      {
        "t.tpl": "done\n${a}\n${strrev(a)}\n",
      },
    );
    assert.ok(secrets.includes(ENCODED));
    assert.ok(secrets.includes([...ENCODED].reverse().join("")));
    assert.not(secrets.some((secret) => secret.includes("done")));
  });

  test("a command line that they are in is warned of", async () => {
    const command = `execute_command = "{{ .Vars }} sh {{ .Path }}"`;
    const options = `inline = ["x"]\n${command}`;
    const warned = await diagnosticsOf(`provisioner "shell" {\n${options}\nenvironment_vars = ["A=\${var.secret}"]\n}`);
    assert.match(warned, "A sensitive value stands in {{.Vars}}, and so in a command line");
    const plain = await diagnosticsOf(`provisioner "shell" {\n${options}\nenvironment_vars = ["A=\${var.open}"]\n}`);
    assert.not.match(plain, "A sensitive value");
  });

  test("nothing else is hidden", async () => {
    const secrets = await secretsOf(shell(`inline = ["echo \${upper(var.open)} \${var.secret} \${var.pin}", "true"]`));
    assert.equal([...new Set(secrets)], [SECRET]);
  });

  test("a legacy template's functions of a sensitive variable, rendered before the build or in it", async () => {
    const legacy = {
      variables: { pw: SECRET, open: "for all to see" },
      "sensitive-variables": ["pw"],
      builders: [{ type: "file", target: "{{user `pw` | upper}}", content: "{{user `open` | upper}}" }],
      provisioners: [
        { type: "shell-local", inline: ["echo {{ $x := user `pw` | printf `%s!` }}{{ $x }} {{user `open` | upper}}"] },
      ],
    };
    await withFiles({ "t.json": JSON.stringify(legacy) }, async (folder) => {
      const { plan } = await prepareTemplate(join(folder, "t.json"), optionsIn(folder));
      assert.ok(plan !== undefined);
      const late: string[] = [];
      plan.onSecret((secret) => void late.push(secret));
      const types: string[] = [];
      for await (const { type } of run(plan, folder)) types.push(type);
      assert.ok(types.includes("artifact"), types.join());
      assert.equal([...new Set(late)], [`${SECRET}!`]);
      assert.ok(plan.secrets.includes(SECRET.toUpperCase()), plan.secrets.join());
      assert.not(plan.secrets.includes("FOR ALL TO SEE"));
    });
  });
});

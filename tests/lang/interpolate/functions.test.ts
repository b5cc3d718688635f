import * as assert from "uvu/assert";
import { cleanAmiName, type PackerFunctionOptions, packerFunctions } from "../../../lang/interpolate/functions.js";
import { goTemplates } from "../../../lang/interpolate/go-template.js";
import { describe } from "../../support/describe.js";
import { rows } from "../../support/rows.js";
import { STILL } from "./host.js";

const LEGACY: PackerFunctionOptions = {
  dialect: "legacy-json",
  host: STILL,
  buildName: "web",
  buildType: "amazon-chroot",
  user: new Map([["a", "A"]]),
  build: { ID: "i-1", Port: 22 },
  templateDir: "/templates",
  cleanResourceName: cleanAmiName,
};
const render = (options: PackerFunctionOptions, text: string): string =>
  goTemplates({ functions: packerFunctions(options) }).render(text);

describe("packerFunctions", (test) => {
  rows(
    test,
    [
      ["build_name, build_type", "{{build_name}} {{build_type}}", "web amazon-chroot"],
      ["build", "{{build `ID`}} {{build `Port`}}", "i-1 22"],
      ["user", "{{user `a`}}[{{user `nope`}}]", "A[]"],
      ["timestamp", "{{timestamp}}", "1612843506"],
      ["isotime", "{{isotime}}", "2021-02-09T04:05:06Z"],
      ["uuid", "{{uuid}}", "602209f2-0102-0304-0506-0708090a0b0c"],
      ["pwd, template_dir", "{{pwd}} {{template_dir}}", "/work /templates"],
      ["packer_version", "{{packer_version}}", "1.16.0"],
      ["clean_resource_name", "{{clean_resource_name `a:b_é (1)[2]./-'@`}}", "a-b_-- (1)[2]./-'@"],
      ["replace takes the text last", '{{replace "a" "b" 1 "aaa"}}', "baa"],
      ["replace through a pipe", '{{"aaa" | replace "a" "b" 2}}', "bba"],
      [
        "strftime keeps what it does not know",
        '{{strftime "%j %e %L %Y-%m-%d %I%p %%"}}',
        "%j %e .789 2021-02-09 04AM %",
      ],
    ],
    (text, printed) => assert.is(render(LEGACY, text), printed),
  );
  rows<[PackerFunctionOptions, string, RegExp]>(
    test,
    [
      ["env outside variables", LEGACY, "{{env `HOME`}}", /error calling env: env vars are not allowed here$/],
      [
        "vault outside variables",
        LEGACY,
        "{{vault `a` `b`}}",
        /error calling vault: Vault vars are only allowed in the variables section$/,
      ],
      [
        "build of an unknown name",
        LEGACY,
        "{{build `Nope`}}",
        /error calling build: loaded data, but couldnt find Nope in it\.$/,
      ],
      ["build of an inherited name", LEGACY, "{{build `toString`}}", /couldnt find toString in it\.$/],
      [
        "a variable without value inside variables",
        { ...LEGACY, inVariables: true },
        "{{user `nope`}}",
        /error calling user: Error: variable not set: nope$/,
      ],
      ["user in HCL2", { dialect: "hcl2", host: STILL }, "{{user `a`}}", /error calling user: /],
      ["build in HCL2", { dialect: "hcl2", host: STILL }, "{{build `ID`}}", /error calling build: /],
      [
        "template_dir in HCL2",
        { dialect: "hcl2", host: STILL },
        "{{template_dir}}",
        /error calling template_dir: template path not available$/,
      ],
      [
        "clean_resource_name in HCL2",
        { dialect: "hcl2", host: STILL },
        "{{clean_resource_name `a`}}",
        /root:1: function "clean_resource_name" not defined$/,
      ],
      [
        "build_name where no build is known",
        { dialect: "hcl2", host: STILL },
        "{{build_name}}",
        /build_name not available$/,
      ],
      ["sed", LEGACY, "{{sed `a` `b`}}", /deprecated use `replace`/],
    ],
    (options, text, message) => assert.throws(() => render(options, text), message),
  );

  test("the environment is there for variables, and its text is not parsed", () => {
    assert.is(render({ ...LEGACY, inVariables: true }, "{{env `HOME`}}{{env `NASTY`}}{{env `NONE`}}"), "/home/u{{.X}}");
  });

  test("remote stores answer where the command asks them", () => {
    const remote = ({ name, args }: { name: string; args: readonly (string | null)[] }) => ({
      text: `${name}:${args.join("/")}`,
    });
    const options = { ...LEGACY, inVariables: true, host: { ...STILL, remote } };
    assert.is(
      render(options, "{{vault `p` `k`}} {{consul_key `c`}} {{aws_secretsmanager `s` `k`}}"),
      "vault:p/k consul_key:c aws_secretsmanager:s/k",
    );
  });
});

describe("isotime layouts", (test) => {
  rows(
    test,
    [
      ["dates", "2006-01-02 06 1/2 Jan January Mon Monday", "2021-02-09 21 2/9 Feb February Tue Tuesday"],
      ["times", "15:04:05 3:4:5PM 03pm", "04:05:06 4:5:6AM 04am"],
      ["padded days", "_2 002 __2", " 9 040  40"],
      ["zones", "MST Z07:00 -0700 -07:00 Z0700", "UTC Z +0000 +00:00 Z"],
      ["fractions", "05.000 05.999999 .00 05,000", "06.789 06.789 .78 06,789"],
      ["plain words", "Month at Janitor's T", "Month at Janitor's T"],
    ],
    (layout, printed) => assert.is(render(LEGACY, `{{isotime "${layout}"}}`), printed),
  );
});

// The table of traps (cli-runtime §10): provisioners. [Packer]: as Packer; [D]: as the table's or decisions.md's own rule.
import { describe } from "../../support/describe.js";
import { onFile, onJson, onNull, trapTests } from "../../support/traps.js";

const BUILD = ["build", "t.pkr.hcl"];
const VALIDATE = ["validate", "t.pkr.hcl"];
const BUILD_JSON = ["build", "t.json"];
const local = (text: string): string => `provisioner "shell-local" {\n${text}\n}`;
const FAILING = local(`inline = ["exit 3"]`);
const CLEANUP = `error-cleanup-provisioner "shell-local" { inline = ["echo tidied"] }`;
const ANNOUNCED = "Provisioning step had errors: Running the cleanup provisioner, if present...";
const EXIT_3 = "Script exited with non-zero exit status: 3. Allowed exit codes are: [0]";
const inline = (...lines: readonly string[]) => ({ provisioners: [{ type: "shell-local", inline: lines }] });

describe("traps: templates in provisioners", (test) => {
  trapTests(test, {
    "1 [Packer] a Go template in an HCL string is rendered": {
      files: onNull(local(`inline = ["echo '{{ .Names }}'"]`)),
      argv: BUILD,
      code: 0,
      has: ["null.a: <no value>"],
    },
    "2 [Packer] a broken one is an error of validate": {
      files: onNull(local(`inline = ["echo '{{ broken'"]`)),
      argv: VALIDATE,
      code: 1,
      has: ["invalid 'inline': template:"],
    },
    "3 [Packer] HCL has no build function for Go templates": {
      files: onNull(local('inline = ["echo {{build `ID`}}"]')),
      argv: BUILD,
      code: 1,
      has: ["loaded data, but couldnt find ID in it."],
    },
    "4 [D] {{.ID}} of a legacy template is the ID": {
      files: onJson(inline("echo id={{.ID}}")),
      argv: BUILD_JSON,
      code: 0,
      has: ["null: id=Null"],
    },
    "5 [D] what a template prints is not rendered again": {
      files: onJson(inline("echo '{{`{{isotime \"2006\"}}`}}'")),
      argv: BUILD_JSON,
      code: 0,
      has: ['null: {{isotime "2006"}}'],
    },
    "5 [Packer] but the fields in a variable of a legacy template wait for the place where it is used": {
      files: onJson({
        variables: { run: "echo got {{ .Vars }}; {{user `more`}}", more: "echo {{user `word`}}", word: "x" },
        provisioners: [{ type: "shell-local", inline: ["y"], execute_command: ["sh", "-c", "{{user `run`}}"] }],
      }),
      argv: BUILD_JSON,
      code: 0,
      has: ["null: got PACKER_BUILDER_TYPE=null", "null: x"],
    },
    "6 [D] a general name that the builder has no value for is empty in HCL": {
      files: onNull(local(`inline = ["echo host=[\${build.Host}]"]`)),
      argv: BUILD,
      code: 0,
      has: ["null.a: host=[]"],
    },
    "6 [Packer] and <no value> in a legacy template": {
      files: onJson(inline("echo 'type={{build `ConnType`}}'")),
      argv: BUILD_JSON,
      code: 0,
      has: ["null: type=<no value>"],
    },
    "7 [Packer] build.SSHPrivateKeyFile is not announced": {
      files: onNull(local(`inline = ["echo \${build.SSHPrivateKeyFile}"]`)),
      argv: VALIDATE,
      code: 1,
      has: ["SSHPrivateKeyFile"],
    },
    "8 [D] a duration made of build.Port is unknown to validate": {
      files: onNull(`provisioner "shell" {\n  inline      = ["true"]\n  pause_after = "\${build.Port}s"\n}`),
      argv: VALIDATE,
      code: 0,
      lacks: ["invalid duration"],
    },
    "35 [D] shell without a communicator: a warning in validate": {
      files: onNull(`provisioner "shell" { inline = ["true"] }`),
      argv: VALIDATE,
      code: 0,
      has: ["Warning: ", "on t.pkr.hcl line 6"],
    },
    "35 [D] and an error of build, at once": {
      files: onNull(`provisioner "shell" { inline = ["true"] }`),
      argv: BUILD,
      code: 1,
      has: ["Error: ", "on t.pkr.hcl line 6"],
      lacks: ["Build 'null.a'"],
    },
    "39 [Packer] a legacy list given as a string is split at its commas": {
      files: onJson({ provisioners: [{ type: "shell-local", inline: "echo a,echo b c" }] }),
      argv: BUILD_JSON,
      code: 0,
      has: ["null: a\n", "null: b c\n"],
    },
    "39 [Packer] an HCL list is no string": {
      files: onNull(local(`inline = "echo a"`)),
      argv: VALIDATE,
      code: 1,
      has: ["list of string required"],
    },
    "71 [D] sleep works": {
      files: onNull(`provisioner "sleep" { duration = "10ms" }`),
      argv: BUILD,
      code: 0,
      has: ["Build 'null.a' finished"],
    },
    "72 [Packer] a legacy provisioner has no name": {
      files: onJson({ provisioners: [{ type: "shell-local", name: "n", inline: ["true"] }] }),
      argv: BUILD_JSON,
      code: 1,
      has: [`unknown configuration key: '"name"'`],
    },
    "75 [Packer] carriage returns, blank lines and trailing blanks": {
      files: onNull(local(`inline = ["printf 'p1\\\\rp2\\\\rp3\\\\n\\\\nend  \\\\n'"]`)),
      argv: BUILD,
      code: 0,
      has: ["==> null.a: p3\n==> null.a:\n==> null.a: end\n"],
    },
  });
});

describe("traps: attempts of a provisioner", (test) => {
  trapTests(test, {
    "23 [Packer] override knows local names only": {
      files: onNull(local(`inline = ["echo own"]\noverride = { "null.a" = { inline = ["echo other"] } }`)),
      argv: BUILD,
      code: 0,
      has: ["null.a: own"],
      lacks: ["other"],
    },
    "23 [Packer] and by that it works": {
      files: onNull(local(`inline = ["echo own"]\noverride = { a = { inline = ["echo other"] } }`)),
      argv: BUILD,
      code: 0,
      has: ["null.a: other"],
    },
    "24 [Packer] only of a provisioner has no globs": {
      files: onNull(local(`inline = ["echo ran"]\nonly = ["null.*"]`)),
      argv: BUILD,
      code: 0,
      lacks: ["ran"],
    },
    "25 [Packer] pause_before switches timeout off": {
      files: onNull(local(`inline = ["sleep 0.3; echo through"]\npause_before = "10ms"\ntimeout = "50ms"`)),
      argv: BUILD,
      code: 0,
      has: ["null.a: through"],
      lacks: ["timeout for the next provisioner"],
    },
    "26 [Packer] the error of a timeout is context canceled": {
      files: onNull(local(`inline = ["sleep 20"]\ntimeout = "200ms"`)),
      argv: BUILD,
      code: 1,
      has: ["Setting a 200ms timeout", "Cancelling provisioner after a timeout...", "--> null.a: context canceled"],
    },
    "27 [Packer] max_retries=2 is up to three attempts, told with the first error": {
      files: onNull(local(`max_retries = 2\ninline = ["echo attempt; exit 3"]`)),
      argv: BUILD,
      code: 1,
      has: [
        ["null.a: attempt", 3],
        ["retrying with 2 trie(s) left", 1],
        ["retrying with 1 trie(s) left", 1],
        ["retry limit reached.", 1],
      ],
    },
    "28 [Packer] a legacy timeout that is a number is nanoseconds": {
      files: onJson({ provisioners: [{ type: "shell-local", inline: ["sleep 20"], timeout: 5 }] }),
      argv: BUILD_JSON,
      code: 1,
      has: ["--> null: context canceled"],
    },
    "28 [Packer] and a text without unit is none": {
      files: onJson({ provisioners: [{ type: "shell-local", inline: ["true"], timeout: "5" }] }),
      argv: BUILD_JSON,
      code: 1,
      has: ["missing unit in duration"],
    },
    "29 [Packer] valid_exit_codes replaces the default": {
      files: onNull(local(`inline = ["true"]\nvalid_exit_codes = [7]`)),
      argv: BUILD,
      code: 1,
      has: ["Script exited with non-zero exit status: 0. Allowed exit codes are: [7]"],
    },
    "36 [D] shell on the file builder: a warning in validate": {
      files: onFile(`provisioner "shell" { inline = ["exit 5"] }`),
      argv: VALIDATE,
      code: 0,
      has: ["Warning:"],
    },
    "36 [D] and an error in build": {
      files: onFile(`provisioner "shell" { inline = ["exit 5"] }`),
      argv: BUILD,
      code: 1,
      left: { "f.txt": false },
    },
  });
});

describe("traps: after a provisioner failed", (test) => {
  trapTests(test, {
    "[Packer] the cleanup provisioner is announced where there is none": {
      files: onNull(FAILING),
      argv: BUILD,
      code: 1,
      has: [[ANNOUNCED, 1], `--> null.a: ${EXIT_3}`],
    },
    "[Packer] it runs after a failure": {
      files: onNull(`${FAILING}\n${CLEANUP}`),
      argv: BUILD,
      code: 1,
      has: [
        [ANNOUNCED, 1],
        ["null.a: tidied", 1],
      ],
    },
    "40 [Packer] not on the file builder, which has no steps": {
      files: onFile(`${FAILING}\n${CLEANUP}`),
      argv: BUILD,
      code: 1,
      lacks: [ANNOUNCED, "tidied"],
      left: { "f.txt": "text" },
    },
    "41 [Packer] only of a legacy error-cleanup-provisioner is ignored": {
      files: onJson({
        ...inline("exit 3"),
        "error-cleanup-provisioner": { type: "shell-local", inline: ["echo tidied"], only: ["other"] },
      }),
      argv: BUILD_JSON,
      code: 1,
      has: ["null: tidied"],
    },
    "42 [Packer] a cleanup provisioner that fails too": {
      files: onNull(`${FAILING}\nerror-cleanup-provisioner "shell-local" { inline = ["exit 4"] }`),
      argv: BUILD,
      code: 1,
      has: [
        `--> null.a: Cleanup failed: Script exited with non-zero exit status: 4. Allowed exit codes are: [0]. Original Provisioning error: ${EXIT_3}`,
      ],
    },
    "45 [Packer] -on-error=abort skips the cleanup provisioner too": {
      files: onNull(`${FAILING}\n${CLEANUP}`),
      argv: ["build", "-on-error=abort", "t.pkr.hcl"],
      code: 1,
      has: [
        [`null.a: ${EXIT_3}`, 2],
        [`null.a: Step "StepProvision" failed, aborting...`, 1],
      ],
      lacks: [ANNOUNCED, "tidied"],
    },
    "[Packer] -on-error=run-cleanup-provisioner runs it, then aborts": {
      files: onNull(`${FAILING}\n${CLEANUP}`),
      argv: ["build", "-on-error=run-cleanup-provisioner", "t.pkr.hcl"],
      code: 1,
      has: [
        [ANNOUNCED, 1],
        ["null.a: tidied", 1],
        ["failed, aborting...", 1],
      ],
    },
    "[Packer] -on-error=ask without a terminal cleans up": {
      files: onNull(`${FAILING}\n${CLEANUP}`),
      argv: ["build", "-on-error=ask", "t.pkr.hcl"],
      code: 1,
      has: [`null.a: Step "StepProvision" failed`, "null.a: tidied"],
      lacks: ["[c] Clean up and exit"],
    },
    "47 [Packer] breakpoint without a terminal fails": {
      files: onNull(`provisioner "breakpoint" {}`),
      argv: BUILD,
      code: 1,
      has: ["--> null.a: Error asking for input: no available tty"],
    },
    "47 [Packer] -debug without a terminal runs through": {
      files: onNull(local(`inline = ["echo ran"]`)),
      argv: ["build", "-debug", "t.pkr.hcl"],
      code: 0,
      has: ["Debug mode enabled. Builds will not be parallelized.", "null.a: ran"],
      lacks: ["Pausing"],
    },
  });
});

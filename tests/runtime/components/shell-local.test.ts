// shell-local, provisioner and post-processor, rule by rule of cli-runtime §5.1; observed beside Packer 1.6.6.
import { readdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import * as assert from "uvu/assert";
import { describe } from "../../support/describe.js";
import { onFile, onNull, type Trap, trapTests } from "../../support/traps.js";

const block = (fields: string, kind = "provisioner"): string => `  ${kind} "shell-local" {\n${fields}\n  }`;

const builds = (fields: string, more: Partial<Trap> = {}): Trap => ({
  files: onNull(block(fields)),
  argv: ["build", "t.pkr.hcl"],
  code: 0,
  ...more,
});
const refused = (fields: string, ...has: readonly string[]): Trap => ({
  files: onNull(block(fields)),
  argv: ["validate", "t.pkr.hcl"],
  code: 1,
  has,
});
const after = (fields: string, more: Partial<Trap> = {}): Trap => ({
  files: onFile(block(fields, "post-processor")),
  argv: ["build", "t.pkr.hcl"],
  code: 0,
  ...more,
});
const script = (name: string, text: string, body: string): Pick<Trap, "files"> => ({
  files: { ...onNull(block(body)), [name]: text },
});

const EMPTY = "Command, Inline, Script and Scripts options cannot all be empty.";
const ONE_ONLY = "You may only specify one of the following options: Command, Inline, Script or Scripts.";

describe("shell-local: the script", (test) => {
  trapTests(test, {
    "inline is a file packer-shellN, which is gone afterwards": builds(`inline = ["echo at=$0"]`, {
      look: (_folder, output) => {
        const [, said, seen] = /shell script: (\S+)\n[^\n]*at=(\S+)\n/.exec(output) ?? [];
        assert.match(said ?? "", /\/packer-shell\d+$/);
        assert.is(said, seen);
        assert.not(readdirSync(tmpdir()).includes(said?.split("/").at(-1) ?? ""));
      },
    }),
    "that is a folder is told by its name": builds(`script = "."`, {
      code: 1,
      has: ["Error opening shell script: .: is a directory"],
    }),
    "tempfile_extension is its ending, with a point or without": builds(
      `inline = ["true"]\ntempfile_extension = ".foo"`,
      {
        look: (_folder, output) => assert.match(output, /packer-shell\d+\.foo\n/),
      },
    ),
    "tempfile_extension without a point": builds(`inline = ["true"]\ntempfile_extension = "foo"`, {
      look: (_folder, output) => assert.match(output, /packer-shell\d+\.foo\n/),
    }),
    "a folder for it, and one of a script, may have any name": builds("inline = []", {
      files: {
        ...onNull(
          `${block(`inline = ["chmod +x */*.sh", "echo inline ran"]`)}\n${block(`script = "it's $HOME/s 1.sh"`)}`,
        ),
        "it's $HOME/s 1.sh": "echo script ran\n",
      },
      env: { TMPDIR: "it's $HOME" },
      has: ["inline ran", "script ran"],
    }),
    "inline's file is its owner's alone": builds(`inline = ["stat -c mode=%a $0"]`, { has: ["null.a: mode=700\n"] }),
    "inline always gets the shebang, and an own #! is a line of it": builds(`inline = ["#!/bin/false", "head -1 $0"]`, {
      has: ["null.a: #!/bin/sh -e\n"],
    }),
    "an empty inline_shebang is none": builds(`inline = ["head -1 $0"]\ninline_shebang = ""`, {
      has: ["null.a: #!/bin/sh -e\n"],
    }),
    "command is a line of inline": builds(`command = "echo c=$A"\nenv = { A = "1" }`, { has: ["null.a: c=1\n"] }),
    "a script is named as given, and run by its absolute path": {
      argv: ["build", "t.pkr.hcl"],
      code: 0,
      ...script("s.sh", '#!/bin/sh\necho "ran $0"\n', `execute_command = ["/bin/sh", "{{.Script}}"]\nscript = "s.sh"`),
      has: ["Running local shell script: s.sh\n"],
      look: (folder, output) => assert.ok(output.includes(`null.a: ran ${realpathSync(folder)}/s.sh\n`), output),
    },
    "standard input is empty": builds(`inline = ["cat; echo end"]`, { has: ["null.a: end\n"] }),
    "only_on another system skips it": builds(`inline = ["echo ran"]\nonly_on = ["darwin"]`, {
      has: ["null.a: Skipping shell-local due to runtime OS\n"],
      lacks: ["Running local shell script", "null.a: ran"],
    }),
    "only_on this one does not": builds(`inline = ["echo ran"]\nonly_on = ["darwin", "linux"]`, {
      has: ["null.a: ran\n"],
    }),
  });
});

describe("shell-local: its command and environment", (test) => {
  trapTests(test, {
    "a program that is not there: Packer's words, and why above them": builds(
      `inline = ["true"]\nexecute_command = ["/nope/x", "{{.Script}}"]`,
      {
        code: 1,
        look: (_folder, output) => {
          assert.match(
            output,
            /null\.a: \/nope\/x \S+packer-shell\d+: could not be started: no such file or directory\n/,
          );
          assert.match(
            output,
            /--> null\.a: Error executing script: \S+packer-shell\d+\n\nPlease see output above for more information\.\n/,
          );
        },
      },
    ),
    "an execute_command without words is the default": builds(`inline = ["echo ran"]\nexecute_command = []`, {
      has: ["null.a: ran\n"],
    }),
    "execute_command knows Vars, Script and Command": builds(
      `inline = ["true"]\nexecute_command = ["/bin/echo", "{{.Vars}}|{{.Script}}|{{.Command}}|{{.Nope}}"]\nenv = { Z = "it's", A = "2" }`,
      {
        look: (_folder, output) =>
          assert.match(
            output,
            /: A='2' PACKER_BUILDER_TYPE='null' PACKER_BUILD_NAME='a' Z='it'"'"'s' \|(\S+packer-shell\d+)\|\1\|<no value>\n/,
          ),
      },
    ),
    "env_var_format writes each variable": builds(
      `inline = ["true"]\nexecute_command = ["/bin/echo", "{{.Vars}}"]\nenv_var_format = "<%s=%s>"`,
      { has: ["null.a: <PACKER_BUILDER_TYPE=null><PACKER_BUILD_NAME=a>\n"] },
    ),
    "env wins over environment_vars, of which the last counts, and both over Packer's": builds(
      `inline = ["echo $A $B $PACKER_BUILD_NAME"]\nenvironment_vars = ["A=1", "A=2", "B=1", "PACKER_BUILD_NAME=me"]\nenv = { B = "3" }`,
      { has: ["null.a: 2 3 me\n"] },
    ),
    "environment_vars are rendered": builds(`inline = ["echo $A"]\nenvironment_vars = ["A={{upper \`abc\`}}"]`, {
      has: ["null.a: ABC\n"],
    }),
    "it inherits the environment, and the run's id": builds(`inline = ["echo $MINE $PACKER_RUN_UUID"]`, {
      env: { MINE: "inherited" },
      look: (_folder, output) => assert.match(output, /null\.a: inherited [0-9a-f-]{36}\n/),
    }),
    "-machine-readable: programs are told to use no colour": builds(`inline = ["echo [$PACKER_NO_COLOR]"]`, {
      argv: ["build", "-machine-readable", "t.pkr.hcl"],
      has: ["null.a: [1]"],
    }),
    "an exit code that is not among the valid ones": builds(`inline = ["exit 3"]\nvalid_exit_codes = [0, 4]`, {
      code: 1,
      has: ["Script exited with non-zero exit status: 3. Allowed exit codes are: [0 4]"],
    }),
    "valid_exit_codes without any is the default": builds(`inline = ["exit 3"]\nvalid_exit_codes = []`, {
      code: 1,
      has: ["Allowed exit codes are: [0]"],
    }),
    "a script that a signal ended, with no shell around it: -1": builds(
      `inline = ["kill -9 $$"]\nexecute_command = ["{{.Script}}"]`,
      { code: 1, has: ["Script exited with non-zero exit status: -1. Allowed exit codes are: [0]"] },
    ),
    "with a shell, as the shell says": builds(`inline = ["kill -9 $$"]`, { code: 1, has: ["exit status: 137."] }),
  });
});

describe("shell-local: what validate refuses", (test) => {
  trapTests(test, {
    "nothing to run": refused("valid_exit_codes = [0]", EMPTY),
    "a script without a name": refused(`script = ""`, EMPTY),
    "no lines": refused("inline = []", EMPTY),
    "two things to run": refused(`command = "x"\ninline = ["y"]`, ONE_ONLY),
    "script and scripts": refused(`script = "t.pkr.hcl"\nscripts = ["t.pkr.hcl"]`, ONE_ONLY),
    "a script that is not there": refused(
      `script = "no.sh"`,
      "Bad script 'no.sh': stat no.sh: no such file or directory",
    ),
    "variables that are none": refused(
      `inline = ["x"]\nenvironment_vars = ["=a", "b", "C="]`,
      "Environment variable not in format 'key=value': =a",
      "Environment variable not in format 'key=value': b",
    ),
    "a system that there is not": refused(
      `inline = ["x"]\nonly_on = ["plan9"]`,
      "Invalid OS specified in only_on: 'plan9'\nSupported OS names: darwin, freebsd, linux, openbsd, solaris, windows",
    ),
  });
});

describe("shell-local: the post-processor", (test) => {
  trapTests(test, {
    "a single word of execute_command is a shell's": after(
      `inline = ["true"]\nexecute_command = ["echo one {{.Script}}"]`,
      { look: (_folder, output) => assert.match(output, /file\.f \(shell-local\): one \S+packer-shell\d+\n/) },
    ),
    "an execute_command without words is the default": after(`inline = ["echo ran"]\nexecute_command = []`, {
      has: ["file.f (shell-local): ran\n"],
    }),
    "it gives the artifact on as it is": after(`inline = ["cat f.txt"]\nkeep_input_artifact = false`, {
      has: ["file.f (shell-local): text\n", ["--> file.f: Stored file: f.txt", 2]],
      left: { "f.txt": "text" },
    }),
    "its failure is told as Packer tells a list": after(`inline = ["exit 3"]`, {
      code: 1,
      has: [
        "--> file.f: 1 error(s) occurred:\n\n* Post-processor failed: Script exited with non-zero exit status: 3. Allowed exit codes are: [0]\n",
      ],
    }),
  });
});

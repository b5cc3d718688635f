// What `build` writes beside its screen: logs, annotations, the artifact file, the JUnit report, JSON lines.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { PublicDiagnostic } from "../../../lang/diagnostics/render-json.js";
import { type Finished, pkrts } from "../../support/cli.js";
import { describe } from "../../support/describe.js";

const TEMPLATE = `variable "pw" {
  sensitive = true
  default   = "hunter<22>"
}
source "file" "good" {
  target  = "good.txt"
  content = "x"
}
source "null" "bad" { communicator = "none" }
build {
  sources = ["file.good", "null.bad"]
  provisioner "shell-local" {
    only   = ["null.bad"]
    inline = ["echo 'says \${var.pw}'; exit 3"]
  }
}
`;

interface Built extends Finished {
  read(name: string): string;
}

async function built<T>(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  look: (built: Built, folder: string) => T,
  template = TEMPLATE,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-files-"));
  try {
    writeFileSync(join(folder, "t.pkr.hcl"), template);
    const finished = await pkrts([...argv, "t.pkr.hcl"], { cwd: folder, env: { XDG_STATE_HOME: folder, ...env } });
    return look({ ...finished, read: (name) => readFileSync(join(folder, name), "utf8") }, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LOG_TIME = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /;

describe("logs", (test) => {
  for (const name of ["PACKER_LOG", "PKRTS_LOG"]) {
    test(`${name}=1: steps on standard error, without what the screen shows`, () =>
      built(["build"], { [name]: "1" }, ({ stderr, stdout }) => {
        const lines = stderr.trimEnd().split("\n");
        for (const line of lines) assert.match(line, LOG_TIME);
        assert.ok(lines.some((line) => line.endsWith("null.bad: step provisioner shell-local: start")));
        assert.not.match(stderr, "ui:");
        assert.match(stdout, "says <sensitive>");
      }));
  }
  test("PACKER_LOG=0 and an empty one: nothing", async () => {
    for (const value of ["0", ""]) await built(["build"], { PACKER_LOG: value }, ({ stderr }) => assert.is(stderr, ""));
  });
  for (const name of ["PACKER_LOG_PATH", "PKRTS_LOG_PATH"]) {
    test(`${name}: everything in the file, nothing on standard error, no secret, for the owner alone`, () =>
      built(["build"], { [name]: "run.log" }, ({ stderr, read }, folder) => {
        assert.is(stderr, "");
        const log = read("run.log");
        assert.match(log, "ui: ==> null.bad: says <sensitive>");
        assert.match(log, "ui error: Build 'null.bad' errored after");
        assert.not.match(log, "hunter");
        assert.is(statSync(join(folder, "run.log")).mode & 0o777, 0o600);
      }));
  }
  test("a log file that is there is emptied first", () =>
    built(["validate"], { PACKER_LOG_PATH: "t.log" }, ({ read }) => {
      assert.match(read("t.log"), LOG_TIME);
      assert.is(read("t.log").split("\n").length, 2);
    }));
  test("a log file that can't be written: said, exit 1, nothing is built", () =>
    built(["build"], { PACKER_LOG_PATH: "no/such/folder/log" }, ({ code, stderr, stdout }) => {
      assert.is(code, 1);
      assert.match(stderr, "Couldn't set up logging output");
      assert.is(stdout, "");
    }));
});

describe("GitHub Actions annotations", (test) => {
  const ACTIONS = { GITHUB_ACTIONS: "true" };
  test("a build that failed", () =>
    built(["build"], ACTIONS, ({ stderr }) =>
      assert.match(
        stderr,
        "::error title=Build 'null.bad' failed::Script exited with non-zero exit status: 3. Allowed exit codes are: [0]\n",
      ),
    ));
  for (const command of ["build", "validate", "plan"]) {
    test(`a mistake in a template, at its line: ${command}`, () =>
      built(
        [command],
        ACTIONS,
        ({ stderr }) =>
          assert.match(stderr, /^::error file=t\.pkr\.hcl,line=6,endLine=6,col=3,title=Unsupported argument::/m),
        TEMPLATE.replace("target ", "tarmac "),
      ));
  }
  test("only there", () => built(["build"], {}, ({ stderr }) => assert.not.match(stderr, "::error")));
});

describe("-artifact-file", (test) => {
  test("the builds with their artifacts, as in the summary of -json", () =>
    built(["build", "-json", "-artifact-file=made.json"], {}, ({ read, stdout }) => {
      const file = JSON.parse(read("made.json")) as { readonly builds: readonly object[] };
      const last = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as { readonly builds: readonly object[] };
      assert.equal(file.builds, last.builds);
      assert.match(read("made.json"), '"id": "File"');
    }));
  test("written though no build could begin", () =>
    built(
      ["build", "-artifact-file=made.json"],
      {},
      ({ read, code }) => {
        assert.is(code, 1);
        assert.equal(JSON.parse(read("made.json")), { builds: [] });
      },
      TEMPLATE.replace("build {", "build {\n  nope = 1"),
    ));
  test("a place where it can't be written is told before anything is built", () =>
    built(["build", "-artifact-file=no/such/made.json"], {}, ({ code, stderr, stdout }) => {
      assert.is(code, 1);
      assert.match(stderr, "-artifact-file=no/such/made.json: its folder does not exist");
      assert.is(stdout, "");
    }));
});

describe("-junit", (test) => {
  test("a case a build, a failure where it failed", () =>
    built(["build", "-junit=report.xml"], {}, ({ read }) => {
      const report = read("report.xml");
      assert.match(report, /<testsuites tests="2" failures="1" errors="0" time="\d+\.\d{3}">/);
      assert.match(
        report,
        /<testcase classname="pkrts.build" name="file.good" time="\d+\.\d{3}">\n {6}<system-out>Stored/,
      );
      assert.match(report, '<failure message="Script exited with non-zero exit status: 3.');
    }));
  test("a case for a template that is wrong, secrets masked and XML escaped", () =>
    built(
      ["build", "-junit=report.xml"],
      {},
      ({ read }) => {
        assert.match(read("report.xml"), '<testcase classname="pkrts.build" name="template" time="0.000">');
        assert.match(read("report.xml"), "&quot;");
        assert.not.match(read("report.xml"), "hunter");
      },
      TEMPLATE.replace("build {", "build {\n  nope = var.pw"),
    ));
});

describe("-json of build", (test) => {
  test("one object a line, each with its time, build and type; the last is the summary", () =>
    built(["build", "-json"], {}, ({ stdout, stderr, code }) => {
      assert.is(code, 1);
      assert.is(stderr, "");
      const events = stdout.trimEnd().split("\n").map(parsedEvent);
      for (const { at, build, type } of events) {
        assert.ok(!Number.isNaN(Date.parse(String(at))));
        assert.type(build, "string");
        assert.type(type, "string");
      }
      assert.is(events.at(-1)?.["type"], "summary");
      assert.is(events.filter(({ type }) => type === "summary").length, 1);
      const output = events.find(({ type }) => type === "output");
      assert.equal([output?.["build"], output?.["line"]], ["null.bad", "says <sensitive>"]);
    }));

  test("what is wrong with the template is an event, too", () =>
    built(
      ["build", "-json"],
      {},
      ({ stdout, stderr, code }) => {
        assert.is(code, 1);
        const [event, ...others] = stdout.trimEnd().split("\n").map(parsedEvent);
        assert.equal(others, []);
        assert.is(event?.["type"], "diagnostic");
        const told = event?.["diagnostic"] as PublicDiagnostic | undefined;
        assert.is(told?.summary, "Unsupported argument");
        assert.is(told?.range?.filename, "t.pkr.hcl");
        assert.match(stderr, "Error: Unsupported argument");
        assert.not.match(stdout, "hunter");
      },
      TEMPLATE.replace("build {", "build {\n  nope = var.pw"),
    ));

  test("and a record of -machine-readable, as Packer's", () =>
    built(
      ["build", "-machine-readable"],
      {},
      ({ stdout }) =>
        assert.match(stdout, /^\d+,,ui,error,Error: Unsupported argument\\n\\n {2}on t\.pkr\.hcl line \d+[^\n]*\n$/),
      TEMPLATE.replace("build {", "build {\n  nope = var.pw"),
    ));
});

const parsedEvent = (line: string): Readonly<Record<string, unknown>> => JSON.parse(line);

// Programs by argv: their output is whole, and nothing that they leave behind keeps us waiting.
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { exec } from "../../../runtime/system/exec.js";
import { endLiveGroups } from "../../../runtime/system/process-group.js";
import { describe } from "../../support/describe.js";

const sh = (script: string) => ["sh", "-c", script];

/** Kills what a test's script says that it has left: a number a line. */
function killAll(stdout: string): void {
  for (const pid of stdout.match(/\d+/g) ?? []) process.kill(Number(pid), "SIGKILL");
}

async function inTime<T>(ms: number, body: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`has not ended in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([body, late]);
  } finally {
    clearTimeout(timer);
  }
}

describe("a program that leaves a process behind", (test) => {
  const left = {
    "with its output held open": "sleep 993 & echo $!",
    "that ignores TERM": `sh -c 'trap "" TERM; while :; do sleep 1; done' & echo $!`,
    "in a session of its own": "setsid sh -c 'sleep 993 & echo $!; exit' & wait",
    "that goes on printing": "(while :; do echo 0; sleep 0.01; done) & echo $!",
  };
  for (const [name, script] of Object.entries(left)) {
    test(`${name} is not waited for`, async () => {
      const lines: string[] = [];
      const { exitCode } = await inTime(
        4000,
        exec(sh(`${script}; exit 3`), { onLine: (_, line) => void lines.push(line) }),
      );
      killAll(lines.filter((line) => line !== "0").join(" "));
      assert.is(exitCode, 3);
      assert.is(lines.filter((line) => line !== "0").length, 1);
    });
  }
  test("nor where its output is wanted as one text", async () => {
    const { stdout } = await inTime(4000, exec(sh("echo one; sleep 993 & echo $!")));
    killAll(stdout.replace("one", ""));
    assert.match(stdout, /^one\n\d+\n$/);
  });
  test("and may go on writing: nobody breaks its pipe", async () => {
    const { stdout } = await exec(sh("(sleep 1; echo more; echo still; sleep 993) & echo $!"));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const state = readFileSync(`/proc/${stdout.trim()}/stat`, "utf8");
    killAll(stdout);
    assert.match(state, ") S ");
  });
});

describe("the output of a program", (test) => {
  test("is whole, however long and however busy we are", async () => {
    let bytes = 0;
    const { exitCode } = await exec(sh("head -c 3000000 /dev/zero | tr '\\0' 'x' | fold -w 99; exit 5"), {
      onLine: (_, line) => {
        if (bytes % 990_000 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
        bytes += line.length;
      },
    });
    assert.is(bytes, 3_000_000);
    assert.is(exitCode, 5);
  });
  test("is what it is: both streams, characters that are cut between two pieces, a line without its end", async () => {
    const lines: string[] = [];
    await exec(sh("printf '\\303'; sleep 0.1; printf '\\244\\nlast'; echo err >&2"), {
      onLine: (stream, line) => void lines.push(`${stream} ${line}`),
    });
    assert.equal(lines.sort(), ["stderr err", "stdout last", "stdout ä"]);
    const { stdout, stderr } = await exec(sh("printf '\\303'; sleep 0.1; printf '\\244'; echo err >&2"));
    assert.equal([stdout, stderr], ["ä", "err\n"]);
  });
});

describe("the end of a program", (test) => {
  test("leaves nothing that our own would have to wait for", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    await exec(["true"]);
    assert.is(timers(), before);
  });
  test("by a signal is 128 and its number", async () => {
    assert.is((await exec(sh("kill -9 $$"))).exitCode, 137);
    assert.is((await exec(sh("kill -USR1 $$"))).exitCode, 138);
  });
  test("that can't be started is an error with its name", async () => {
    try {
      await exec(["/nonexistent/program", "x"]);
      assert.unreachable();
    } catch (error) {
      assert.match(String(error), "/nonexistent/program x: could not be started: no such file or directory");
    }
  });
  test("in a folder that there is not, or with more than a program can be given, is an error with the reason", async () => {
    const reason = (argv: readonly string[], cwd?: string): Promise<string> =>
      exec(argv, cwd === undefined ? {} : { cwd }).then(() => "none", String);
    assert.match(await reason(["true"], "/nonexistent"), "could not be started: there is no folder /nonexistent");
    assert.match(await reason(["true", "x".repeat(1 << 22)]), /could not be started: argument list too long$/);
    assert.match(await reason(["true", "a\0b"]), "could not be started: ");
  });
  test("that can't begin for a null byte is told without the value that has it", async () => {
    const text = async (argv: readonly string[], moreEnv = {}): Promise<string> =>
      exec(argv, { moreEnv }).then(String, String);
    assert.is(
      await text(["true"], { A: "hush\0hush" }),
      "ExecError: true: could not be started: the variable A holds a null byte",
    );
    assert.match(await text(["true", "a\0b"]), /: could not be started: its command line holds a null byte$/);
  });
  test("that does not read what it is given is no error", async () => {
    assert.is((await exec(["true"], { stdin: "x".repeat(1 << 22) })).exitCode, 0);
  });
  test("has the environment that it is given, and no other", async () => {
    const { stdout } = await exec(["/usr/bin/env"], { env: { A: "1" }, moreEnv: { B: "2" } });
    assert.equal(stdout.trim().split("\n").sort(), ["A=1", "B=2"]);
    assert.match((await exec(["/usr/bin/env"], { moreEnv: { B: "2" } })).stdout, /^PATH=/m);
  });
  test("by abort takes its group with it, also what ignores TERM", async () => {
    const abort = new AbortController();
    const running = exec(sh(`trap '' TERM; sleep 992 & echo $!; wait; sleep 991`), {
      signal: abort.signal,
      onLine: () => abort.abort(new Error("enough")),
    });
    const error = await running.then(
      () => "none",
      (thrown: unknown) => String(thrown),
    );
    assert.is(error, "Error: enough");
  });
  test("of every group that still lives, at once, when we must go", async () => {
    const running = exec(sh("trap '' TERM; sleep 990 & sleep 989; wait"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    endLiveGroups();
    assert.is((await inTime(2000, running)).exitCode, 137);
  });
});

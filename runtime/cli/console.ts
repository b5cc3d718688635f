import { createInterface } from "node:readline/promises";
import { text as readAll } from "node:stream/consumers";
import type { Survey } from "../survey.js";
import { surveyTemplate } from "../survey.js";
import { secretStore, storeOf } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { isUnfinished, openSession, type Session } from "./console-session.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { text } from "./flags.js";
import { engineOptions, TEMPLATE_FLAGS } from "./template-flags.js";
import type { World } from "./world.js";

export const consoleCommand = defineCommand({
  name: "console",
  summary: "Evaluates expressions, with the variables and locals of a template",
  operands: "[PATH]",
  description:
    "Evaluates HCL2 expressions: at a prompt, or line by line from a pipe, when the last result is printed. `variables` lists what there is, `help` helps, `exit` leaves.",
  flags: { ...TEMPLATE_FLAGS, "config-type": text("Dialect: hcl2", "TYPE", "hcl2") },
  examples: ["pkrts console .", "echo 'upper(\"a\")' | pkrts console"],
  async run(flags, operands, world) {
    const survey = operands.length === 0 ? undefined : await surveyOf(oneOperand(operands, "PATH"), flags, world);
    const session = openSession(survey, world);
    return world.stdin.isTTY === true ? converse(session, world) : evaluateAll(session, world);
  },
});

/** Mistakes in the template are told, and leave what can be used. */
async function surveyOf(
  path: string,
  flags: Parameters<typeof engineOptions>[1],
  world: World,
): Promise<Survey | undefined> {
  const { survey, diagnostics, secrets } = await surveyTemplate(path, await engineOptions(path, flags, world));
  printDiagnostics(diagnostics, world.stderr, storeOf(secrets), world.stderr.isTerminal);
  return survey;
}

/** Lines from a pipe: as Packer does, only what the last one gives is printed; its failure is the command's. */
async function evaluateAll(session: Session, world: World): Promise<number> {
  let output = "";
  let failed = false;
  for (const entry of entriesOf(await readAll(world.stdin))) {
    const result = await session.evaluate(entry);
    printDiagnostics(result.diagnostics, world.stderr, secretStore(), world.stderr.isTerminal);
    output = result.output;
    failed = result.failed;
  }
  if (!failed) world.stdout.write(`${output}\n`);
  return failed ? 1 : 0;
}

/** Lines, those of an open bracket or heredoc joined. */
function entriesOf(input: string): readonly string[] {
  const entries: string[] = [];
  let open = "";
  for (const line of input.replace(/\n$/, "").split("\n")) {
    open = open === "" ? line : `${open}\n${line}`;
    if (isUnfinished(open)) continue;
    entries.push(open.trim());
    open = "";
  }
  return open === "" ? entries : [...entries, open];
}

async function converse(session: Session, world: World): Promise<number> {
  const reader = createInterface({ input: world.stdin, output: process.stdout, prompt: "> " });
  let open = "";
  reader.on("SIGINT", () => {
    if (open === "" && reader.line === "") reader.close();
    else {
      open = "";
      world.stdout.write("\n");
      reader.setPrompt("> ");
      reader.prompt();
    }
  });
  reader.prompt();
  for await (const line of reader) {
    open = open === "" ? line : `${open}\n${line}`;
    if (isUnfinished(open)) {
      reader.setPrompt("… ");
      reader.prompt();
      continue;
    }
    const entry = open.trim();
    open = "";
    if (entry === "exit") break;
    await answer(session, entry, world);
    reader.setPrompt("> ");
    reader.prompt();
  }
  reader.close();
  return 0;
}

async function answer(session: Session, entry: string, world: World): Promise<void> {
  if (entry === "") return;
  const { output, diagnostics, failed } = await session.evaluate(entry);
  printDiagnostics(diagnostics, world.stderr, secretStore(), world.stderr.isTerminal);
  if (!failed) world.stdout.write(`${output}\n`);
}

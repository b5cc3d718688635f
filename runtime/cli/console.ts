import { createInterface } from "node:readline/promises";
import { text as readAll } from "node:stream/consumers";
import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { UsageError } from "../contract/errors.js";
import { legacyValues } from "../engine.js";
import { functionHost } from "../interpreter/host.js";
import { surveyTemplate } from "../survey.js";
import { secretStore, storeOf } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { isUnfinished, openSession, type Session } from "./console-session.js";
import { openTemplateSession } from "./console-template-session.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { text } from "./flags.js";
import {
  ALL_BUILDS_FLAGS,
  engineOptions,
  PACKER_FLAGS,
  TEMPLATE_FLAGS,
  type TemplateValues,
} from "./template-flags.js";
import type { World } from "./world.js";

export const consoleCommand = defineCommand({
  name: "console",
  summary: "Evaluates expressions, with the variables and locals of a template",
  operands: "[PATH]",
  description:
    "Evaluates HCL2 expressions, or renders Go templates with a legacy template: at a prompt, or line by line from a pipe, when the last result is printed. `variables` lists what there is, `help` helps, `exit` leaves.",
  flags: {
    ...TEMPLATE_FLAGS,
    ...ALL_BUILDS_FLAGS,
    "config-type": text("Dialect without a PATH: hcl2 or json", "TYPE", "hcl2"),
    "use-sequential-evaluation": PACKER_FLAGS["use-sequential-evaluation"],
  },
  examples: [
    "pkrts console .",
    "echo 'upper(\"a\")' | pkrts console",
    "echo '{{timestamp}}' | pkrts console -config-type=json",
  ],
  async run(flags, operands, world) {
    const session =
      operands.length === 0
        ? bareSession(flags["config-type"], world)
        : await templateSession(oneOperand(operands, "PATH"), flags, world);
    if (session === undefined) return 1;
    return world.stdin.isTTY === true ? converse(session, world) : evaluateAll(session, world);
  },
});

function bareSession(dialect: string, world: World): Session {
  if (dialect === "hcl2") return openSession(undefined, world, secretStore());
  if (dialect !== "json")
    throw new UsageError(`invalid value ${JSON.stringify(dialect)} for flag -config-type: json or hcl2`);
  return openTemplateSession({ texts: new Map(), sensitive: new Set() }, functionHost(world, "."));
}

/** Mistakes in the template are told. Those that are found when it is parsed leave nothing, others what can be used. */
async function templateSession(path: string, flags: TemplateValues, world: World): Promise<Session | undefined> {
  const options = await engineOptions(path, flags, world);
  const { survey, diagnostics, secrets } = await surveyTemplate(path, options);
  const tell = (all: readonly Diagnostic[]): void => printDiagnostics(all, world.stderr, storeOf(secrets));
  tell(diagnostics);
  if (survey === undefined) return undefined;
  if (survey.template.legacy === undefined) return openSession(survey, world, storeOf(secrets));
  const { template, remote, host } = survey;
  const report = collectDiagnostics();
  const { texts } = await remote.settled((own) => legacyValues(template, options, host, own), report);
  tell(report.diagnostics);
  return openTemplateSession({ texts, sensitive: survey.template.legacy.sensitive }, host);
}

/** Lines from a pipe: as Packer does, only what the last one gives is printed; its failure is the command's. */
async function evaluateAll(session: Session, world: World): Promise<number> {
  let output = "";
  let failed = false;
  for (const entry of entriesOf(await readAll(world.stdin))) {
    const result = await session.evaluate(entry);
    printDiagnostics(result.diagnostics, world.stderr, session.secrets);
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
  printDiagnostics(diagnostics, world.stderr, session.secrets);
  if (!failed) world.stdout.write(`${output}\n`);
}

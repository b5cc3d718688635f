import { type Survey, surveyTemplate } from "../survey.js";
import { storeOf } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { bool, type FlagValues } from "./flags.js";
import { surveyJson } from "./inspect-json.js";
import { surveyRecords, surveyText } from "./inspect-text.js";
import { ALL_BUILDS_FLAGS, engineOptions, JSON_FLAG, PACKER_FLAGS, TEMPLATE_FLAGS } from "./template-flags.js";

const FLAGS = {
  ...TEMPLATE_FLAGS,
  ...ALL_BUILDS_FLAGS,
  "use-sequential-evaluation": PACKER_FLAGS["use-sequential-evaluation"],
  json: JSON_FLAG,
  "machine-readable": bool("Print Packer's machine-readable lines"),
};

export const inspect = defineCommand({
  name: "inspect",
  summary: "Shows what is in a template: variables, locals, builds",
  operands: "[PATH]",
  description:
    "Shows the variables, locals and builds of a template; without a PATH, of one with a null builder and nothing else. Data sources are asked, as in Packer. Sensitive values are masked; a variable that nobody set is <unknown>.",
  flags: FLAGS,
  examples: ["pkrts inspect .", "pkrts inspect -json ."],
  async run(flags, operands, world) {
    const path = operands.length === 0 ? "-" : oneOperand(operands, "PATH");
    const given = await engineOptions(path, flags, world, operands.length === 0 ? WITHOUT_PATH : {});
    const { survey, diagnostics, secrets } = await surveyTemplate(path, given);
    printDiagnostics(diagnostics, world.stderr, storeOf(secrets));
    if (survey === undefined) return 1;
    world.stdout.write(textOf(survey, flags));
    // As in Packer: what is wrong with values is no reason not to show them.
    return 0;
  },
});

/** What Packer takes for a template where there is none. */
const WITHOUT_PATH = { json: '{"builders": [{"type": "null", "communicator": "none"}]}', hcl2: "" };

function textOf(survey: Survey, flags: FlagValues<typeof FLAGS>): string {
  if (flags.json) return `${JSON.stringify(surveyJson(survey), null, 2)}\n`;
  return flags["machine-readable"] ? surveyRecords(survey, new Date()) : surveyText(survey);
}

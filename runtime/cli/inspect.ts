import { surveyTemplate } from "../survey.js";
import { storeOf } from "../ui/secrets.js";
import { defineCommand, oneOperand } from "./command.js";
import { printDiagnostics } from "./diagnostics-output.js";
import { surveyJson } from "./inspect-json.js";
import { surveyText } from "./inspect-text.js";
import { engineOptions, JSON_FLAG, PACKER_FLAGS, TEMPLATE_FLAGS } from "./template-flags.js";

export const inspect = defineCommand({
  name: "inspect",
  summary: "Shows what is in a template: variables, locals, builds",
  operands: "PATH",
  description:
    "Shows the variables, locals and builds of a template. Data sources are asked, as in Packer. Sensitive values are masked; a variable that nobody set is <unknown>.",
  flags: { ...TEMPLATE_FLAGS, "use-sequential-evaluation": PACKER_FLAGS["use-sequential-evaluation"], json: JSON_FLAG },
  examples: ["pkrts inspect .", "pkrts inspect -json ."],
  async run(flags, operands, world) {
    const path = oneOperand(operands, "PATH");
    const { survey, diagnostics, secrets } = await surveyTemplate(path, await engineOptions(path, flags, world));
    printDiagnostics(diagnostics, world.stderr, storeOf(secrets), world.stderr.isTerminal);
    if (survey === undefined) return 1;
    world.stdout.write(flags.json ? `${JSON.stringify(surveyJson(survey), null, 2)}\n` : surveyText(survey));
    // As in Packer: what is wrong with values is no reason not to show them.
    return 0;
  },
});

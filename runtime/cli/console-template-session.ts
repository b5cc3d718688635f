// The console of a legacy template: what is typed is rendered as its options are (cli-runtime §8.3).

import { interpolationError } from "../../lang/diagnostics/catalog/legacy.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import type { FunctionHost } from "../../lang/functions/host.js";
import { goTemplates, packerFunctions, TemplateFailure } from "../../lang/interpolate/index.js";
import { HeardSecrets } from "../interpreter/heard-secrets.js";
import { storeOf } from "../ui/secrets.js";
import type { Answer, Session } from "./console-session.js";

/** The variables of a template, rendered, and which of them no output may show. */
export interface TemplateVariables {
  readonly texts: ReadonlyMap<string, string>;
  readonly sensitive: ReadonlySet<string>;
}

const HELP = `The console renders Go templates, as the options of a legacy template are: {{user \`region\`}}, {{timestamp}}, {{upper \`a\`}}.
  variables   lists variables with their values
  help        prints this
  exit        leaves, as Ctrl-D does`;

export function openTemplateSession({ texts, sensitive }: TemplateVariables, host: FunctionHost): Session {
  const secrets = storeOf([...sensitive].map((name) => texts.get(name) ?? "").filter((text) => text !== ""));
  const heard = new HeardSecrets((secret) => void secrets.add(secret));
  const onUser = (name: string): void => (sensitive.has(name) ? heard.noteAsked() : undefined);
  const functions = packerFunctions({ dialect: "legacy-json", host, user: texts, onUser });
  const renderer = heard.hiding(goTemplates({ functions }));
  return {
    secrets,
    async evaluate(entry) {
      if (entry === "" || entry === "exit") return said("");
      if (entry === "help") return said(HELP);
      if (entry === "variables") return said(variablesText(texts, sensitive));
      try {
        return said(secrets.mask(renderer.render(entry)));
      } catch (error) {
        if (!(error instanceof TemplateFailure)) throw error;
        // As in Packer, the exit code does not tell of it (cli-runtime §10, row 69).
        return { ...said(""), diagnostics: [at(interpolationError(error.message), undefined)] };
      }
    },
  };
}

const said = (output: string): Answer => ({ output, diagnostics: [], failed: false });

function variablesText(texts: ReadonlyMap<string, string>, sensitive: ReadonlySet<string>): string {
  const names = [...texts.keys()].sort();
  const lines = names.map((name) => `${name}: ${sensitive.has(name) ? "<sensitive>" : (texts.get(name) ?? "")},`);
  return `\n${lines.join("\n")}\n`;
}

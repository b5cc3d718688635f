import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../lang/diagnostics/render-text.js";
import { diagnosticAnnotation, wantsAnnotations } from "../ui/annotations.js";
import { maskDiagnostic } from "../ui/fan-out.js";
import type { Secrets } from "../ui/secrets.js";
import type { Screen, World } from "./world.js";

/** Prints diagnostics for a person, secrets masked; in colour on a terminal, where `wanted` or else the environment has no objection. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  screen: Screen,
  secrets: Secrets,
  wanted?: boolean,
): void {
  // Nor is it asked whether there is a terminal, for which Node takes 2 ms.
  if (diagnostics.length === 0) return;
  // Before they are wrapped, and after for the lines of the template.
  const masked = diagnostics.map((diagnostic) => maskDiagnostic(diagnostic, secrets));
  const colour = wanted === undefined ? screen.isColoured : wanted && screen.isTerminal;
  screen.write(secrets.mask(renderDiagnostics(masked, { width: Math.min(screen.columns, 120), colour })));
}

/** In a workflow of GitHub Actions: a line for each, at its place in the template. */
export function annotateDiagnostics(
  diagnostics: readonly Diagnostic[],
  { env, stderr }: Pick<World, "env" | "stderr">,
  secrets: Secrets,
): void {
  if (!wantsAnnotations(env)) return;
  for (const diagnostic of diagnostics) stderr.write(diagnosticAnnotation(maskDiagnostic(diagnostic, secrets)));
}

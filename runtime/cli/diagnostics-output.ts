import type { Diagnostic } from "../../lang/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../lang/diagnostics/render-text.js";
import type { Secrets } from "../ui/secrets.js";
import type { Screen } from "./world.js";

/** Prints diagnostics for a person, secrets masked. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  screen: Screen,
  secrets: Secrets,
  colour: boolean,
): void {
  if (diagnostics.length === 0) return;
  screen.write(secrets.mask(renderDiagnostics(diagnostics, { width: Math.min(screen.columns, 120), colour })));
}

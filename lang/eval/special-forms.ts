import type { Func } from "../functions/func.js";
import { FUNCTIONS } from "../functions/index.js";
import { convertForm } from "./convert-form.js";
import type { SpecialForm } from "./special-form.js";
import { templatefileForm } from "./templatefile.js";
import { canForm, tryForm } from "./try-can.js";

/** The functions that get their arguments unevaluated. */
export const SPECIAL_FORMS: ReadonlyMap<string, SpecialForm> = new Map(
  [tryForm, canForm, convertForm, templatefileForm].map((form) => [form.name, form]),
);

const ALL: ReadonlyMap<string, Func | SpecialForm> = new Map<string, Func | SpecialForm>([
  ...FUNCTIONS,
  ...SPECIAL_FORMS,
]);

/** Every function of the language. */
export const languageFunctions = (): ReadonlyMap<string, Func | SpecialForm> => ALL;

import type { TemplateRenderer } from "../../lang/interpolate/index.js";

/** Text in quotes or backquotes, as a Go template has it. */
const LITERAL = /`[^`]*`|"(?:[^"\\]|\\.)*"/g;

/** What is secret in the options of one component, and what Go templates make of it: their functions give new texts. */
export class HeardSecrets {
  readonly #hide: (secret: string) => void;
  readonly #heard = new Set<string>();
  readonly #templates = new Set<string>();

  /** `hide` is told of every text that no output may show. */
  constructor(hide: (secret: string) => void) {
    this.#hide = hide;
  }

  readonly hide = (secret: string): void => {
    this.#heard.add(secret);
    this.#hide(secret);
  };

  /** Of a template with something secret in it. */
  readonly hideRendered = (text: string): void => void this.#templates.add(text);

  /** Renders as `renderer` does, and hides what comes of a secret: of such a template the whole, and what actions print. */
  hiding(renderer: TemplateRenderer): TemplateRenderer {
    return {
      ...renderer,
      render: (text, data) => {
        if (!this.#templates.has(text)) return renderer.render(text, data);
        const rendered = renderer.render(text, data, (source, printed) => {
          if (this.#isSecret(source)) this.#hide(printed);
        });
        this.#hide(rendered);
        return rendered;
      },
    };
  }

  #isSecret(action: string): boolean {
    const literals = action.match(LITERAL) ?? [];
    return [...this.#heard].some((secret) => literals.some((literal) => literal.includes(secret)));
  }
}

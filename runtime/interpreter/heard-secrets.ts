import type { TemplateRenderer } from "../../lang/interpolate/index.js";

/** Text in quotes or backquotes, as a Go template has it. */
const LITERAL = /`[^`]*`|"(?:[^"\\]|\\.)*"/g;

/** What is secret in the options of one component, and what Go templates make of it: their functions give new texts. */
export class HeardSecrets {
  readonly #hide: (secret: string) => void;
  readonly #heard = new Set<string>();
  readonly #templates = new Set<string>();
  #wasAsked = false;

  /** `hide` is told of every text that no output may show. */
  constructor(hide: (secret: string) => void) {
    this.#hide = hide;
  }

  readonly hide = (secret: string): void => {
    this.#heard.add(secret);
    this.#hide(secret);
  };

  /** A template with something secret in it, wherever it stands. */
  readonly hideRendered = (text: string): void => void this.#templates.add(text);

  /** A template asked for a sensitive variable of a legacy template. */
  noteAsked(): void {
    this.#wasAsked = true;
  }

  /** Renders as `renderer` does, and hides what comes of a secret: what an action prints, and the whole of such a template. */
  hiding(renderer: TemplateRenderer): TemplateRenderer {
    return {
      ...renderer,
      render: (text, data) => {
        this.#wasAsked = false;
        const rendered = renderer.render(text, data, this.#hideOf);
        if (this.#templates.has(text)) this.#hide(rendered);
        return rendered;
      },
    };
  }

  readonly #hideOf = (action: string, printed: string): void => {
    if (this.#wasAsked || this.#hasSecret(action)) this.#hide(printed);
    this.#wasAsked = false;
  };

  #hasSecret(action: string): boolean {
    const literals = this.#heard.size === 0 ? [] : (action.match(LITERAL) ?? []);
    return [...this.#heard].some((secret) => literals.some((literal) => literal.includes(secret)));
  }
}

import type { RunEvent } from "../contract/events.js";
import { humanOutput } from "./human.js";

export interface Spoken {
  readonly level: "say" | "error";
  readonly text: string;
}

/** What a person would read of an event, a text for each message, without colours and times. */
export function spokenTexts(event: RunEvent): readonly Spoken[] {
  const texts: Spoken[] = [];
  humanOutput({
    write: (text) => texts.push({ level: "say", text: text.replace(/\n$/, "") }),
    writeError: (text) => texts.push({ level: "error", text: text.replace(/\n$/, "") }),
    colour: false,
    timestamps: false,
    builds: [],
    columns: 80,
  }).on(event);
  return texts;
}

// What a program prints, as it comes; and when to stop listening to what it has left behind.

import { StringDecoder } from "node:string_decoder";

/** One stream of a program that is being read. */
export interface Reading {
  /** At its end: nobody holds the stream open any more. */
  readonly ended: Promise<void>;
  /** Pieces that have come so far. */
  readonly pieces: number;
  /** Gives the rest, and stops listening. The stream is still read, so that whoever holds it can go on writing. */
  stop(): void;
}

/** Where text goes, piece by piece. */
export interface TextSink {
  take(text: string): void;
  /** No more comes. */
  end(): void;
}

/** Reads a stream as UTF-8. */
export function readText(stream: NodeJS.ReadableStream | null, sink: TextSink): Reading {
  const decoder = new StringDecoder("utf8");
  let pieces = 0;
  const onData = (bytes: Buffer): void => {
    pieces += 1;
    sink.take(decoder.write(bytes));
  };
  const ended = new Promise<void>((resolve) => {
    if (stream === null) resolve();
    stream
      ?.on("data", onData)
      .once("close", resolve)
      .once("error", () => resolve());
  });
  return {
    ended,
    get pieces() {
      return pieces;
    },
    stop() {
      stream?.removeListener("data", onData);
      stream?.resume();
      if (stream !== null && "unref" in stream && typeof stream.unref === "function") stream.unref();
      sink.take(decoder.end());
      sink.end();
    },
  };
}

/** Characters that are kept of a line whose end has not come. */
const LONGEST = 2 ** 20;

/** Cuts text into lines; the end gives the last one, which may have no newline. */
export function lineCutter(onLine: (line: string) => void): TextSink {
  let rest = "";
  return {
    take(text) {
      // Only what is new is looked through: a long line comes in thousands of pieces.
      const [first = "", ...others] = text.split("\n");
      rest += first;
      for (const next of others) {
        onLine(displayLine(rest));
        rest = next;
      }
      if (rest.length > LONGEST) rest = begun(rest, onLine);
    },
    end() {
      if (rest !== "") onLine(displayLine(rest));
      rest = "";
    },
  };
}

/** Gives what is too long to be kept, up to a blank where there is one near; what is to be kept of it. */
function begun(line: string, onLine: (line: string) => void): string {
  // Of a progress bar only what it shows now. A carriage return at the very end may belong to a line break.
  const shown = line.slice(line.lastIndexOf("\r", line.length - 2) + 1);
  if (shown.length <= LONGEST) return shown;
  const blank = shown.lastIndexOf(" ");
  const end = blank > LONGEST / 2 ? blank + 1 : shown.length;
  onLine(displayLine(shown.slice(0, end)));
  return shown.slice(end);
}

/** What a terminal would show of a line: the part behind its last carriage return, without white space at its end. */
export function displayLine(line: string): string {
  const trimmed = line.trimEnd();
  return trimmed.slice(trimmed.lastIndexOf("\r") + 1);
}

const LOOK_EVERY = 20;
const QUIET_LOOKS = 5;
const MOST_LOOKS = 100;

/**
 * After a program's end: what it wrote is read already or comes with the next looks. Stops when the streams end, when nothing
 * came for some looks, or after two seconds of what somebody else prints. Looks are counted, not time: a process that was
 * busy elsewhere has not looked.
 */
export async function drain(readings: readonly Reading[]): Promise<void> {
  let ended = false;
  const end = Promise.all(readings.map((reading) => reading.ended)).then(() => {
    ended = true;
  });
  const piecesNow = (): number => readings.reduce((sum, { pieces }) => sum + pieces, 0);
  let before = piecesNow();
  for (let look = 0, quiet = 0; !ended && quiet < QUIET_LOOKS && look < MOST_LOOKS; look += 1) {
    await endedWithin(LOOK_EVERY, end);
    const now = piecesNow();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
  for (const reading of readings) reading.stop();
}

/** Waits for `end`, no longer than so many milliseconds. A timer that went on would keep the whole program from its end. */
async function endedWithin(ms: number, end: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([end, late]);
  clearTimeout(timer);
}

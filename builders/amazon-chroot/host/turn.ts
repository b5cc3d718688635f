// Builds of one run that name the same device, or folder to mount on, take turns.

interface Turn {
  readonly build: string;
  readonly ended: Promise<void>;
  readonly end: () => void;
}
const turns = new Map<string, Turn>();

/** Waits until no other build of this process uses `name`, and makes it `build`'s. Throws the signal's reason when aborted. */
export async function takeTurn(
  name: string,
  build: string,
  signal: AbortSignal,
  onWait: (other: string) => void,
): Promise<void> {
  for (let turn = turns.get(name); turn !== undefined; turn = turns.get(name)) {
    onWait(turn.build);
    await Promise.race([turn.ended, aborted(signal)]);
    signal.throwIfAborted();
  }
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  turns.set(name, { build, ended, end });
}

/** Gives it to whoever waits; nothing where `build` does not have it. */
export function freeTurn(name: string, build: string): void {
  const turn = turns.get(name);
  if (turn?.build !== build) return;
  turns.delete(name);
  turn.end();
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

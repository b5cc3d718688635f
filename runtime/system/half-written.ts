/** What a file's JSON says; undefined where a process that was killed wrote it by half. */
export function unlessHalfWritten(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

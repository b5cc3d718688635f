/** A text as one word for a POSIX shell. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;

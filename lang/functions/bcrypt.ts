import { hashSync } from "bcryptjs";

/** A bcrypt hash with a new salt, in the form that Go writes. `rounds`: a power of two. */
export const bcryptHash = (password: string, rounds: number): string =>
  hashSync(password, rounds).replace(/^\$2b\$/, "$2a$");

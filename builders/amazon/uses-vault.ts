import type { AmazonAccess } from "../../schemas/options.gen.js";

/** The block counts once anything is in it (builder §1.7.2). */
export const usesVault = ({ vault_aws_engine: vault }: AmazonAccess): boolean =>
  vault !== undefined && Object.values(vault).some((text) => text !== "");

import type { PrepareContext, Reading } from "../../../runtime/contract/component.js";
import type { AmazonAccess } from "../../../schemas/options.gen.js";
import { type Connection, checkCredentials, connectTo } from "../connect.js";
import { usesVault } from "../uses-vault.js";

type World = Pick<PrepareContext, "env" | "localEndpoint">;

/**
 * A session of a data source's own. Its one call tells whether the credentials are good, so that STS is only asked for keys
 * that Vault has just made: those may need a while.
 */
export async function connectFor(options: AmazonAccess, world: World, reading: Reading): Promise<Connection> {
  const { signal, clock, hide } = reading;
  // Data sources print nothing, as in Packer.
  const asker = { signal, clock, hide, say: () => undefined };
  const connection = await connectTo(options, world, asker);
  if (usesVault(options) && options.skip_credential_validation !== true)
    await checkCredentials(options, connection, asker);
  return connection;
}

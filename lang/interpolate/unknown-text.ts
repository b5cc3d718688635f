/**
 * Stands in the texts of a legacy template for what a service has not been asked for, as `validate` asks none: Go templates know
 * texts only. Private-use characters, which no function on texts changes.
 */
export const UNKNOWN_TEXT = "\ue000\uf8ff\ue001\uf8fe";

export const hasUnknown = (text: string): boolean => text.includes(UNKNOWN_TEXT);

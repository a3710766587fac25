/** Buttons and ids as Slack makes them. */
import type { Builder, Child } from "../../dom";
import type { Attributes } from "../../mutations";

/** Slack names what it can be tested by. */
export const button = (dom: Builder, qa: string, attributes: Attributes, ...says: Child[]): HTMLElement =>
  dom.h("button", { type: "button", class: "c-button", "data-qa": qa || null, ...attributes }, ...says);

export const idOf = ({ id }: { id: number }): string => `U0SIM${String(id).padStart(4, "0")}`;

/** Webex's page around the client: how to join, cookies, the dialog for who has problems, and what comes up before any client. */
import type { Reason } from "../../contract";
import type { Builder } from "../../dom";
import type { Simulation } from "../../engine";
import { OUT } from "./door";

const COOKIES = "cookies answered", ACCOUNTS = "idbroker.webex.com";

export class Landing {
  constructor(private readonly simulation: Simulation, private readonly dom: Builder, private readonly enter: () => void) {}

  open(): void {
    const { dom } = this, join = () => this.simulation.has("fallback_dialog") ? this.#fallback() : this.#enter();
    const id = this.simulation.generation === "old" ? "push_download_join_by_browser" : "broadcom-center-right";
    dom.show(dom.h("div", { class: "landing" },
      dom.h("h1", {}, this.simulation.setup.title),
      dom.h("button", { type: "button", id: "broadcom-center-left" }, dom.t("Open the Webex app")),
      dom.h("div", { role: "button", tabindex: 0, class: "choice", id, onclick: join }, dom.t("Join from this browser")),
      sessionStorage.getItem(COOKIES) ? null : this.#cookies()));
  }

  out(why: Reason): void {
    if (why === "login_wall" && location.host !== ACCOUNTS) return location.assign(`https://${ACCOUNTS}/idb/oauth2/v1/authorize`);
    this.dom.show(this.dom.h("div", { class: "landing" }, this.dom.h("h1", {}, this.dom.t(OUT[why]))));
  }

  #enter(): void {
    this.dom.show();
    this.enter();
  }

  #fallback(): void {
    const { dom } = this;
    dom.add(dom.root, dom.h("div", { class: "dialog", role: "dialog", "aria-modal": true },
      dom.h("h2", {}, dom.t("Problem joining from browser?")),
      dom.h("button", { type: "button", id: "fallBkJoinByBrowser", onclick: () => this.#enter() }, dom.t("Join from your browser"))));
  }

  #cookies(): HTMLElement {
    const { dom } = this, banner = dom.h("div", { id: "cookieMgmtbanner", class: "cookies" });
    const answer = () => {
      sessionStorage.setItem(COOKIES, "yes");
      banner.remove();
    };
    dom.add(banner, dom.h("p", {}, dom.t("By continuing to use our website, you acknowledge the use of cookies.")),
      dom.h("button", { type: "button", onclick: answer }, dom.t("Reject")),
      dom.h("button", { type: "button", onclick: answer }, dom.t("Accept")));
    return banner;
  }
}

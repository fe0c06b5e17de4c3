// Signing in inside WeChat's browser, through the clinic's official account: the page goes to WeChat and comes back with a code.
//
//   offered(about)                  whether this is WeChat's browser and the clinic has an account for it
//   leave(about, { phone, verify_code })   goes there; a phone that is to be bound waits in this tab
//   await arrive(enter)             at start: null, "in" once somebody is in, "bind" where a phone is needed, or the refusal
//
// The state that WeChat sends back is the one that this tab chose, or the code is thrown away. Nothing is loaded from WeChat.

import { ask } from "./api.js";
import { tab } from "./session.js";

const KEY = "xuanhu.wechat";

export const offered = (about) => Boolean(about.wechat) && /MicroMessenger/i.test(navigator.userAgent);

export const leave = (about, bind = null) => {
  const state = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  tab.put(KEY, { state, hash: location.hash, bind });
  const query = new URLSearchParams({ appid: about.wechat, redirect_uri: `${location.origin}${location.pathname}`, response_type: "code", scope: "snsapi_base", state });
  location.assign(`https://open.weixin.qq.com/connect/oauth2/authorize?${query}#wechat_redirect`);
};

export const arrive = async (enter) => {
  const query = new URLSearchParams(location.search);
  const [code, state] = [query.get("code"), query.get("state")];
  if (!code) return null;
  const kept = tab.get(KEY);
  tab.drop(KEY);
  history.replaceState({}, "", `${location.pathname}${kept?.hash ?? location.hash}`);
  if (!kept || kept.state !== state) return null;
  try {
    const session = await ask("POST", "/session/wechat", { code, state, ...kept.bind }, { anonymous: true });
    enter({ ...session, phone: kept.bind?.phone ?? "" });
    return "in";
  } catch (fault) { return fault.slug === "bind_needed" ? "bind" : fault; }
};

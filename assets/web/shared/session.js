// Who is signed in on this page. A tab belongs to the person who signed in in it.
//
//   open("patient")            at start: reads what is kept, takes over what a demonstration's opener hands over
//   me()                       { token, member_id, role, expires, name, phone } or null
//   enter(session, { here })   after a sign-in; `here` keeps it in this tab alone
//   leave()                    forgets it, here and in the other tabs
//   rename(name)               after the profile has been filled in
//   onChange(fn)               fn({ kind: "other", session } | { kind: "out" } | { kind: "in" }) when another tab changed it
//   hex(id)                    the 24-digit form of an id that /api/* wants
//
// Kept under `xuanhu.<role>`, so that four roles can be open side by side. Patients: localStorage for the session's own life. Staff:
// sessionStorage, or localStorage where they ask for it. A demonstration's tab (window.name begins with "xuanhu-demo") gets its session
// from its opener by postMessage({ xuanhu: "session", session }) in answer to { xuanhu: "ready" }, and keeps it in this tab alone.
//
// What a browser keeps may be full, switched off or emptied at any time (private windows, WeChat's web view). Nothing here throws: what
// cannot be kept is kept in memory for as long as the page is open, and `keep.full` tells that it will not outlive it.
//
//   keep.get("xuanhu.look")            the value, or null
//   keep.put("xuanhu.look", { … })     true if it will survive a reload
//   keep.drop("xuanhu.look")
//   tab.get / tab.put / tab.drop       the same for this tab alone

const area = (name) => {
  try { return window[name]; } catch { return null; }
};

const store = (name) => {
  const memory = new Map();
  return {
    full: false,
    get(key) {
      try {
        const text = memory.get(key) ?? area(name)?.getItem(key);
        return text == null ? null : JSON.parse(text);
      } catch { return null; }
    },
    put(key, value) {
      const text = JSON.stringify(value);
      try {
        area(name).setItem(key, text);
        memory.delete(key);
        return true;
      } catch {
        memory.set(key, text);
        this.full = true;
        return false;
      }
    },
    drop(key) {
      memory.delete(key);
      try { area(name)?.removeItem(key); } catch { /* nothing was kept */ }
    },
    keys(prefix) {
      const found = new Set([...memory.keys()]);
      try { for (let i = 0; i < area(name).length; i += 1) found.add(area(name).key(i)); } catch { /* nothing was kept */ }
      return [...found].filter((key) => key.startsWith(prefix));
    },
  };
};

export const keep = store("localStorage");
export const tab = store("sessionStorage");

let role = "patient";
let current = null;
const listeners = new Set();

const key = () => `xuanhu.${role}`;
// Whether it has ended is for the server to say: the device's clock may be wrong.
const alive = (session) => (session?.token ? session : null);

export const me = () => current;
export const onChange = (fn) => listeners.add(fn);
export const hex = (id) => Number(id).toString(16).padStart(24, "0");

export const open = async (as) => {
  role = as;
  current = alive(tab.get(key())) ?? (window.name.startsWith("xuanhu-demo") ? await fromOpener() : null) ?? alive(keep.get(key()));
  addEventListener("storage", (event) => {
    if (event.key === key() && !tab.get(key())) changed(alive(keep.get(key())));
  });
  return current;
};

const fromOpener = () => new Promise((resolve) => {
  if (!window.opener) { resolve(null); return; }
  const hear = (event) => {
    if (event.origin !== location.origin || event.data?.xuanhu !== "session") return;
    done(event.data.session);
  };
  const done = (session) => {
    removeEventListener("message", hear);
    clearTimeout(timer);
    if (session) tab.put(key(), session);
    resolve(alive(session));
  };
  addEventListener("message", hear);
  const timer = setTimeout(() => done(null), 1500);
  window.opener.postMessage({ xuanhu: "ready", role }, location.origin);
});

const changed = (session) => {
  if (!session && !current) return;
  if (session && !current) { current = session; tell({ kind: "in" }); return; }
  if (!session) { tell({ kind: "out" }); return; }
  if (session.member_id !== current.member_id) { tell({ kind: "other", session }); return; }
  current = session;
  tell({ kind: "same" });
};
const tell = (what) => listeners.forEach((fn) => fn(what));

export const enter = (session, { here = false } = {}) => {
  current = session;
  const own = here || Boolean(tab.get(key()));
  (own ? tab : keep).put(key(), session);
};

/** Takes the other tab's person, after it was asked for. */
export const adopt = (session) => { current = session; };

export const leave = () => {
  // Only what is this person's: another tab's may have taken the shared place.
  if (tab.get(key())) tab.drop(key());
  else if (keep.get(key())?.member_id === current?.member_id) keep.drop(key());
  current = null;
};

export const rename = (name) => {
  if (!current || current.name === name) return;
  current = { ...current, name };
  (tab.get(key()) ? tab : keep).put(key(), current);
};

/** The end of a session token, in milliseconds. */
export const expiry = (token) => {
  try { return JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).exp * 1000; } catch { return null; }
};

// Who is signed in on this page. A tab belongs to the person who signed in in it.
// What it offers stands in README.md.

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
  const timer = setTimeout(() => done(null), 6000);
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

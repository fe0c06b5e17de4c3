// The address is the state: `#/doctors/1618?tab=visits` is a path and what is chosen on it. Back, reload and a sent link work.
//
//   const router = routes({ "/": () => import("./home.js"), "/visits/{id}": () => import("./visit.js") })
//   router.find("/visits/2044")     { load, params: { id: "2044" }, pattern } or null
//   here()                          { path, query: { q: "…" } }
//   go("/visits", { type: 2 })      adds a step to the history;  go(path, query, { replace: true }) does not
//   address(path, query)            "#/visits?type=2", for links
//
// Typing replaces the address, only a choice adds a step.

export const routes = (table) => {
  const rows = Object.entries(table).map(([pattern, load]) => ({ pattern, load, parts: pattern.split("/") }));
  return {
    find(path) {
      const asked = path.split("/");
      for (const { pattern, load, parts } of rows) {
        if (parts.length !== asked.length) continue;
        const params = {};
        const fits = parts.every((part, i) => {
          if (!part.startsWith("{")) return part === asked[i];
          if (asked[i] === "") return false;
          params[part.slice(1, -1)] = asked[i];
          return true;
        });
        if (fits) return { pattern, load, params };
      }
      return null;
    },
  };
};

const decoded = (text) => {
  try { return decodeURIComponent(text); } catch { return text; }
};

export const here = () => {
  const [path, query = ""] = (location.hash.replace(/^#/, "") || "/").split("?");
  return { path: path.split("/").map(decoded).join("/"), query: Object.fromEntries(new URLSearchParams(query)) };
};

export const address = (path, query = {}) => {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false);
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return `#${path.split("/").map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
};

export const go = (path, query, { replace = false } = {}) => {
  const to = address(path, query);
  if (to === location.hash) return;
  // Neither call tells anybody; the shell listens to this event and to the browser's own.
  history[replace ? "replaceState" : "pushState"]({}, "", to);
  dispatchEvent(new CustomEvent("xuanhu:route", { detail: { replace } }));
};

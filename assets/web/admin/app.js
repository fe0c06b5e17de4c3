// The administrator's page: its screens and its menu. Every collection is drawn by resource.js from its entry in resources.js.

import { start } from "../shared/shell.js";
import { routes } from "../shared/route.js";
import { staff } from "../shared/staff.js";
import words from "../words/admin-zh-CN.js";
import { bar } from "./menu.js";
import { listen } from "./palette.js";

const signIn = () => import("./sign-in.js");
const resource = () => import("./resource.js");

staff({ role: "admin", words: { "zh-CN": words, en: () => import("../words/admin-en.js") } });
listen();

start({
  role: "admin",
  signIn,
  signInWays: ["name"],
  lamp: false,
  bar,
  routes: routes({
    "/": () => import("./overview.js"),
    "/sign-in": signIn,
    "/verify": () => import("./verify.js"),
    "/month": () => import("./month.js"),
    "/notices/new": () => import("./notice.js"),
    "/exchange": () => import("./import-export.js"),
    "/backups": () => import("./backups.js"),
    "/settings": () => import("./settings.js"),
    "/me": () => import("./me.js"),
    "/persons/{id}": () => import("./person.js"),
    "/{collection}": resource,
    "/{collection}/{id}": resource,
  }),
});

// The assistant's page: made of native elements, for a tablet on a table somewhere in a village.

import { start } from "../shared/shell.js";
import { routes } from "../shared/route.js";
import { inTab } from "../shared/draft.js";
import { listen } from "../shared/keys.js";
import { watch } from "../shared/lock.js";
import { add } from "../shared/words.js";
import staff from "../words/staff-zh-CN.js";
import words from "../words/assistant-zh-CN.js";

const signIn = () => import("./sign-in.js");

inTab();
add({ "zh-CN": async () => ({ default: { ...staff, ...words } }), en: () => import("../words/staff-en.js") });
add({ "zh-CN": async () => ({ default: {} }), en: () => import("../words/assistant-en.js") });
listen();
watch("assistant");

start({
  role: "assistant",
  signIn,
  signInWays: ["password", "code"],
  menu: [
    { path: "/", icon: "house", word: "menu.home" },
    { path: "/patients", icon: "users", word: "menu.patients.mine" },
    { path: "/book", icon: "calendar-heart", word: "menu.book" },
    { path: "/bookings", icon: "calendar-check", word: "menu.bookings" },
    { path: "/me", icon: "user", word: "menu.me", also: ["/notices", "/news", "/doctors"] },
  ],
  routes: routes({
    "/": () => import("./home.js"),
    "/sign-in": signIn,
    "/patients": () => import("./patients.js"),
    "/patients/new": () => import("./new-patient.js"),
    "/patients/bind": () => import("./bind.js"),
    "/patients/{id}": () => import("./patient.js"),
    "/book": () => import("./find.js"),
    "/book/{id}": () => import("./book.js"),
    "/bookings": () => import("./bookings.js"),
    "/bookings/{id}": () => import("./booking.js"),
    "/doctors": () => import("./doctors.js"),
    "/doctors/{id}": () => import("./doctors.js"),
    "/me": () => import("./me.js"),
    "/notices": () => import("./notices.js"),
    "/news/{id}": () => import("./news.js"),
  }),
});

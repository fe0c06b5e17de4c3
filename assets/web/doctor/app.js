// The doctor's page: its screens and its menu. A whole day is worked from here, on a desk, a tablet or a phone.

import { start } from "../shared/shell.js";
import { routes } from "../shared/route.js";
import { staff } from "../shared/staff.js";
import words from "../words/doctor-zh-CN.js";

const signIn = () => import("./sign-in.js");

staff({ role: "doctor", words: { "zh-CN": words, en: () => import("../words/doctor-en.js") } });
start({
  role: "doctor",
  signIn,
  signInWays: ["password", "code"],
  menu: [
    { path: "/", icon: "house", word: "menu.today", also: ["/visits"] },
    { path: "/clinics", icon: "calendar-heart", word: "menu.clinics" },
    { path: "/consultations", icon: "stethoscope", word: "menu.consultations" },
    { path: "/messages", icon: "message-circle", word: "menu.messages", badge: true, also: ["/contacts"] },
    { path: "/teams", icon: "users", word: "menu.teams" },
    { path: "/me", icon: "user", word: "menu.me", also: ["/notices", "/news"] },
  ],
  routes: routes({
    "/": () => import("./today.js"),
    "/sign-in": signIn,
    "/register": () => import("./register.js"),
    "/clinics": () => import("./free-clinics.js"),
    "/clinics/new": () => import("./free-clinic.js"),
    "/clinics/{id}": () => import("./queue.js"),
    "/visits/{id}": () => import("./visit.js"),
    "/consultations": () => import("./consultations.js"),
    "/messages": () => import("./messages.js"),
    "/messages/{kind}/{id}": () => import("./conversation.js"),
    "/contacts": () => import("./contacts.js"),
    "/contacts/{id}": () => import("./contact.js"),
    "/teams": () => import("./teams.js"),
    "/teams/new": () => import("./team-new.js"),
    "/teams/{id}": () => import("./team.js"),
    "/teams/{id}/income": () => import("./income.js"),
    "/me": () => import("./me.js"),
    "/me/profile": () => import("./profile.js"),
    "/me/orgs": () => import("./orgs.js"),
    "/me/clinic": () => import("./clinic.js"),
    "/me/ratings": () => import("./ratings.js"),
    "/me/assistants": () => import("./assistants.js"),
    "/me/replies": () => import("./replies.js"),
    "/notices": () => import("./notices.js"),
    "/news": () => import("./news.js"),
    "/news/{id}": () => import("./news.js"),
  }),
});

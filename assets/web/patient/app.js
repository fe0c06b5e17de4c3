// The patient's page: its screens and its menu. Made of native elements, for an old phone on a bad line.

import { start } from "../shared/shell.js";
import { routes } from "../shared/route.js";

const signIn = () => import("./sign-in.js");

start({
  role: "patient",
  // WeChat sends back here with a code.
  arrive: location.search.includes("code=") ? () => import("./sign-in.js").then((module) => module.arrive()) : undefined,
  signIn,
  signInWays: ["code", "password"],
  menu: [
    { path: "/", icon: "house", word: "menu.home" },
    { path: "/find", icon: "calendar-heart", word: "menu.find", also: ["/doctors", "/projects", "/activities"] },
    { path: "/messages", icon: "message-circle", word: "menu.messages", badge: true, also: ["/consults", "/contacts"] },
    { path: "/me", icon: "user", word: "menu.me", badge: "notices", also: ["/visits", "/family", "/wallet", "/teams", "/notices", "/news", "/pay"] },
  ],
  routes: routes({
    "/": () => import("./home.js"),
    "/sign-in": signIn,
    "/find": () => import("./find.js"),
    "/activities/{id}": () => import("./find.js"),
    "/doctors/{id}": () => import("./doctor.js"),
    "/doctors/{id}/ask": () => import("./consultation.js"),
    "/projects/{id}": () => import("./booking.js"),
    "/pay/{kind}/{id}": () => import("./pay.js"),
    "/visits": () => import("./visits.js"),
    "/visits/{id}": () => import("./visit.js"),
    "/messages": () => import("./messages.js"),
    "/messages/{kind}/{id}": () => import("./conversation.js"),
    "/contacts": () => import("./contacts.js"),
    "/contacts/{id}": () => import("./contact.js"),
    "/teams": () => import("./teams.js"),
    "/teams/join/{code}": () => import("./team.js"),
    "/teams/{id}": () => import("./team.js"),
    "/teams/{id}/consult": () => import("./team-consult.js"),
    "/family": () => import("./family.js"),
    "/family/{id}": () => import("./relative.js"),
    "/wallet": () => import("./wallet.js"),
    "/me": () => import("./me.js"),
    "/me/profile": () => import("./profile.js"),
    "/me/history": () => import("./history.js"),
    "/me/followed": () => import("./followed.js"),
    "/me/assistants": () => import("./followed.js"),
    "/notices": () => import("./notices.js"),
    "/news": () => import("./news.js"),
    "/news/{id}": () => import("./news.js"),
  }),
});

// The landing page of a demonstration: its people, each signed in by one tap in a tab of its own, and a tour between two of them. On any
// other server this file shows nothing.
//
// A tab gets its session by postMessage when it asks for it ("ready"), never by its address, and keeps it for itself (shared/session.js).

const PAGES = { patient: "/web/patient/", doctor: "/web/doctor/", assistant: "/web/assistant/", admin: "/web/admin/" };
const ROLES = { patient: ["患者", "Patients"], doctor: ["医生", "Doctors"], assistant: ["医助", "Assistants"], admin: ["管理员", "Administrator"] };

const made = (name, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(name), attributes);
  element.append(...children);
  return element;
};
const english = (text) => made("span", { lang: "en", textContent: text });

const json = async (path, body) => {
  const response = await fetch(path, body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {});
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message ?? answer.detail ?? String(response.status));
  return answer;
};

/** Sessions on their way, by the tab that waits for them. */
const waiting = new Map();
addEventListener("message", async (event) => {
  if (event.origin !== location.origin || event.data?.xuanhu !== "ready") return;
  const session = waiting.get(event.source);
  if (!session) return;
  try { event.source.postMessage({ xuanhu: "session", session: await session }, location.origin); } catch { /* the tab shows its sign-in */ }
});

const signIn = async (person, password) => {
  const admin = person.role === "admin";
  const answer = admin ? await json("/admin/login", { username: person.phone, password }) : (await json("/session", { phone: person.phone, password, role: person.role })).result;
  return { token: answer.token, role: person.role, member_id: answer.member_id ?? person.phone, expires: answer.expires, name: admin ? person.phone : person.name, phone: person.phone };
};

const open = (person, password, at = "") => {
  const tab = window.open(`${PAGES[person.role]}${at}`, `xuanhu-demo-${person.phone}`);
  const note = document.getElementById("demo-note");
  note.textContent = "";
  if (!tab) { note.textContent = "浏览器拦截了新标签页，请允许本站打开新标签页。"; return; }
  const session = signIn(person, password);
  waiting.set(tab, session);
  session.catch((fault) => { note.textContent = `${person.name} 没有登录成功：${fault.message}`; });
};

const people = (list, password) => Object.entries(ROLES).map(([role, [chinese, other]]) => made("div", {},
  made("h3", {}, chinese, " ", english(other)),
  made("ul", { className: "people" }, ...list.filter((one) => one.role === role).map((one) => {
    const button = made("button", { type: "button" }, made("strong", { textContent: one.name || one.phone }), made("span", { textContent: one.line }));
    button.addEventListener("click", () => open(one, password));
    return made("li", {}, button);
  }))));

/** Three minutes: what to do, as whom, and where. */
const tour = (list, password) => {
  const find = (role, test) => list.find((one) => one.role === role && (!test || test(one)));
  const [patient, doctor, other] = [find("patient"), find("doctor"), find("doctor", (one) => one.line.includes("自动回复"))];
  const steps = [
    ["约义诊", "以患者身份打开，挑一场义诊和时段，写下哪里不舒服。", "Book a seat in a free clinic.", patient, "#/find"],
    ["支付", "有押金的义诊会停在支付页：点演示支付。", "Pay the deposit with the demonstration’s button.", patient, "#/visits"],
    ["看号", "换成医生：今天的义诊、候诊的人、刚才的预约都在这里。", "See the booking as the doctor.", doctor, "#/"],
    ["问医生", `向${other?.name ?? "医生"}发起图文咨询并支付，几秒后会收到自动回复。`, "Ask a doctor who answers by himself.", patient, "#/find?kind=doctor&ask=1"],
    ["聊天和通话", "两个标签页并排：患者和医生互相发消息，再打一次视频通话。", "Chat and call between the two tabs.", patient, "#/messages"],
    ["管理", "最后以管理员身份看看概览、审核和退款。", "Look at it all as the administrator.", find("admin"), "#/"],
  ];
  return made("ol", { className: "tour" }, ...steps.filter(([, , , person]) => person).map(([name, text, other, person, at]) => {
    const button = made("button", { type: "button", textContent: `以${person.name}打开` });
    button.addEventListener("click", () => open(person, password, at));
    return made("li", {}, made("p", {}, made("strong", { textContent: `${name}：` }), text), made("p", { lang: "en", textContent: other }), button);
  }));
};

const start = async () => {
  const clinic = await json("/web/about.json");
  document.getElementById("clinic").textContent = clinic.name;
  if (!clinic.demo) return;
  document.querySelector("header").prepend(made("p", { className: "strip" }, "演示诊所，数据为虚构 ", english("A demonstration: everything is made up")));
  const { people: list, password } = await json("/web/demo.json");
  document.getElementById("doors").after(made("section", { ariaLabel: "试一试" },
    made("h2", {}, "试一试：点一下就登录 ", english("Try it: one tap signs in")),
    made("p", { textContent: "每个人在自己的标签页里打开，可以同时当患者和医生。" }),
    made("p", { id: "demo-note", role: "status", className: "note" }),
    ...people(list, password)),
  made("section", { ariaLabel: "三分钟导览" }, made("h2", {}, "三分钟导览 ", english("A three-minute tour")), tour(list, password)));
};

start().catch(() => { /* the page stands without it */ });

// Calls: the gateway rings, sound and picture go between the browsers (WebRTC).
//
//   await dial({ members: [id], media: "video" | "audio", name })    checks camera and microphone first, then rings; false where it was left
//   await ring(frame)                                                 somebody calls (call_invite): asks, then joins
//
// Before dialling a check: the own picture and the level of the microphone; who allows neither may still be in the room and write. The
// offer comes from the member with the smaller id. A line that is lost is mended by an ICE restart, then by joining again.

import { html, nothing, ref, render, repeat } from "../vendor/lit.js";
import { ask } from "./api.js";
import { show } from "./dialog.js";
import { icon } from "./frame.js";
import * as gateway from "./gateway.js";
import { me } from "./session.js";
import { extend, said, t } from "./words.js";

const WORDS = { "zh-CN": () => import("../words/call-zh-CN.js"), en: () => import("../words/call-en.js") };

let room = null; // { id, media, name, members, peers: Map(member → { link, stream, early }), stream, muted, dark, note }

const secure = () => Boolean(navigator.mediaDevices?.getUserMedia);

const own = async (media) => {
  if (media === "none" || !secure()) return null;
  try { return await navigator.mediaDevices.getUserMedia({ audio: true, video: media === "video" ? { facingMode: "user" } : false }); } catch {
    if (media !== "video") return null;
    return navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
  }
};

/** The check before a call. Answers { media, stream }, or null where it was left. */
const check = (media, name, yes) => {
  let stream = null;
  let level = 0;
  let stop = () => {};
  let wanted = media;
  const take = async (kind, draw) => {
    wanted = kind;
    stream?.getTracks().forEach((track) => track.stop());
    stop();
    stream = await own(kind);
    stop = stream?.getAudioTracks().length ? listen(stream, (value) => { level = value; draw(); }) : () => {};
    draw();
  };
  let asked = false;
  return show((close, draw) => {
    if (!asked) { asked = true; take(media, draw); }
    const sees = stream?.getVideoTracks().length > 0;
    return html`<h2>${name}</h2>
      ${secure() ? nothing : html`<p class="note warn">${t("call.insecure")}</p>`}
      ${sees ? html`<video class="self" autoplay playsinline muted .srcObject=${stream} aria-label=${t("call.self")}></video>` : nothing}
      ${stream?.getAudioTracks().length ? html`<label>${t("call.level")} <meter min="0" max="1" value=${level.toFixed(2)}></meter></label>` : html`<p class="faint">${t("call.no_devices")}</p>`}
      <div class="row">${["video", "audio", "none"].map((kind) => html`<button type="button" aria-pressed=${String(wanted === kind)} @click=${() => take(kind, draw)}>${t(`call.with.${kind}`)}</button>`)}</div>
      <div class="row end"><button type="button" @click=${() => close(null)}>${t(yes === "call.accept" ? "call.decline" : "cancel")}</button>
        <button type="button" class="primary" @click=${() => close({ media: wanted, stream })}>${t(yes)}</button></div>`;
  }, { label: name, className: "wide", stays: true }).then((answer) => {
    stop();
    if (!answer) stream?.getTracks().forEach((track) => track.stop());
    return answer;
  });
};

/** The loudness of the microphone, ten times a second. */
const listen = (stream, tell) => {
  const Sound = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (!Sound) return () => {};
  const context = new Sound();
  const meter = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(meter);
  const wave = new Uint8Array(meter.fftSize);
  const timer = setInterval(() => {
    meter.getByteTimeDomainData(wave);
    tell(Math.min(1, Math.max(...wave.map((value) => Math.abs(value - 128))) / 90));
  }, 100);
  return () => { clearInterval(timer); context.close(); };
};

export const dial = async ({ members, media, name }) => {
  if (room) return false;
  await extend(WORDS);
  const answer = await check(media, t("call.to", { name }), "call.start");
  if (!answer) return false;
  try {
    const frame = await gateway.call({ type: "call_create", member_ids: members, media: answer.media === "video" ? "video" : "audio" });
    enter(frame, name, answer.stream);
    return true;
  } catch (fault) {
    answer.stream?.getTracks().forEach((track) => track.stop());
    throw Object.assign(fault, { message: said(fault) });
  }
};

export const ring = async (frame) => {
  if (room) return;
  let over = false;
  const off = gateway.on("call_end", (end) => { if (end.call_id === frame.call_id) { over = true; document.querySelector("dialog.ringing")?.close(); } });
  const [why] = await Promise.all([reason(frame), extend(WORDS)]);
  if (over || room) { off(); return; }
  const choice = await show((close) => html`<h2>${t("call.from", { name: frame.from_name })}</h2><p>${t(`call.${frame.media}`)}${why ? html` · ${t(`kind.${why.kind}`)}` : nothing}</p>
    ${why?.last?.text ? html`<p class="faint cut" lang="zh-CN">${why.last.text}</p>` : nothing}
    <div class="row end"><button type="button" class="danger" @click=${() => close("no")}>${t("call.decline")}</button>
    <button type="button" class="primary" @click=${() => close("yes")}>${t("call.accept")}</button></div>`, { label: t("call.from", { name: frame.from_name }), className: "ringing", stays: true });
  off();
  if (over) return;
  if (choice !== "yes") { gateway.call({ type: "call_decline", call_id: frame.call_id }).catch(() => {}); return; }
  const stream = await own(frame.media);
  try { enter(await gateway.call({ type: "call_join", call_id: frame.call_id }), frame.from_name, stream); } catch (fault) {
    stream?.getTracks().forEach((track) => track.stop());
    const { toast } = await import("./toast.js");
    toast(said(fault));
  }
};

/** What the two have to do with each other: the conversation in which they wrote last. */
const reason = async (frame) => {
  const { items } = await ask("GET", "/im/conversations", { limit: 50 }, { patience: false }).catch(() => ({ items: [] }));
  return items.find((one) => one.peer?.member_id === frame.from_member_id);
};

const enter = (frame, name, stream) => {
  const box = document.getElementById("app").appendChild(Object.assign(document.createElement("section"), { className: "call" }));
  box.setAttribute("aria-label", t("call.room"));
  room = { id: frame.call_id, media: frame.media, name, members: frame.members, peers: new Map(), stream, muted: false, dark: false, note: "", box, ends: [] };
  let work = Promise.resolve();
  // A device that is pulled out: the others are still to be seen and heard.
  stream?.getTracks().forEach((track) => track.addEventListener("ended", () => { if (room) { room.note = t("call.unplugged"); draw(); } }));
  // One after another: a candidate must not overtake the offer before it.
  const then = (act) => (what) => { if (room && what.call_id === room.id) work = work.then(() => room && act(what)).catch((fault) => console.error(fault)); };
  room.ends.push(gateway.on("call", then(members)), gateway.on("call_signal", then(heard)), gateway.on("call_end", then(ended)),
    gateway.on("call_state", then(({ member_id, state }) => members({ members: room.members.map((one) => (one.member_id === member_id ? { ...one, state } : one)) }))),
    gateway.on("live", () => gateway.call({ type: "call_join", call_id: room?.id }).then((again) => members(again)).catch(() => leave())));
  then(members)(frame);
};

const members = async (frame) => {
  room.members = frame.members;
  for (const one of room.members) {
    if (one.member_id === me().member_id) continue;
    if (one.state === "joined" && !room.peers.has(one.member_id)) await link(one.member_id, me().member_id < one.member_id);
    if (["left", "declined", "missed"].includes(one.state)) unlink(one.member_id);
  }
  draw();
};

const servers = async () => (await ask("GET", "/im/ice", undefined, { patience: false }).catch(() => ({ servers: [] }))).servers;

const link = async (member, offers) => {
  const connection = new RTCPeerConnection({ iceServers: await servers() });
  const peer = { link: connection, stream: null, early: [], state: "new" };
  room.peers.set(member, peer);
  room.stream?.getTracks().forEach((track) => connection.addTrack(track, room.stream));
  if (!room.stream) for (const kind of room.media === "video" ? ["audio", "video"] : ["audio"]) connection.addTransceiver(kind, { direction: "recvonly" });
  connection.onicecandidate = ({ candidate }) => { if (candidate) signal(member, "candidate", candidate.toJSON()); };
  connection.ontrack = ({ streams: [stream] }) => { peer.stream = stream; draw(); };
  connection.oniceconnectionstatechange = () => {
    peer.state = connection.iceConnectionState;
    if (peer.state === "failed" && offers) offer(member, connection, true);
    draw();
  };
  if (offers) await offer(member, connection, false);
};

const offer = async (member, connection, restart) => {
  await connection.setLocalDescription(await connection.createOffer({ iceRestart: restart }));
  signal(member, "offer", { type: "offer", sdp: connection.localDescription.sdp });
};

const signal = (member, kind, data) => gateway.call({ type: "call_signal", call_id: room?.id, to_member_id: member, kind, data }).catch(() => {});

const heard = async ({ from_member_id: member, kind, data }) => {
  if (!room.peers.has(member)) await link(member, false);
  const peer = room.peers.get(member);
  if (kind === "candidate") {
    if (peer.link.remoteDescription) await peer.link.addIceCandidate(data); else peer.early.push(data);
    return;
  }
  await peer.link.setRemoteDescription(data);
  if (kind === "offer") {
    await peer.link.setLocalDescription(await peer.link.createAnswer());
    signal(member, "answer", { type: "answer", sdp: peer.link.localDescription.sdp });
  }
  for (const candidate of peer.early.splice(0)) await peer.link.addIceCandidate(candidate);
};

const unlink = (member) => { room.peers.get(member)?.link.close(); room.peers.delete(member); };

const ended = ({ reason }) => {
  room.over = t(`call.end.${["left", "declined", "missed"].includes(reason) ? reason : "left"}`);
  release();
  draw();
};

const release = () => {
  for (const member of [...room.peers.keys()]) unlink(member);
  room.stream?.getTracks().forEach((track) => track.stop());
  room.ends.splice(0).forEach((end) => end());
};

const leave = () => {
  if (!room) return;
  if (!room.over) gateway.call({ type: "call_leave", call_id: room.id }).catch(() => {});
  release();
  render(nothing, room.box);
  room.box.remove();
  room = null;
};

const toggle = (kind) => () => {
  const key = kind === "audio" ? "muted" : "dark";
  room[key] = !room[key];
  room.stream?.getTracks().filter((track) => track.kind === kind).forEach((track) => { track.enabled = !room[key]; });
  draw();
};

/** The other camera of a phone. */
const turn = async () => {
  room.back = !room.back;
  try {
    const [track] = (await navigator.mediaDevices.getUserMedia({ video: { facingMode: room.back ? "environment" : "user" } })).getVideoTracks();
    const [old] = room.stream.getVideoTracks();
    for (const { link: connection } of room.peers.values()) await connection.getSenders().find((sender) => sender.track?.kind === "video")?.replaceTrack(track);
    room.stream.removeTrack(old);
    old.stop();
    room.stream.addTrack(track);
  } catch { room.note = t("call.no_devices"); }
  draw();
};

const plays = (stream) => ref((element) => { if (element && element.srcObject !== stream) element.srcObject = stream; });

const draw = () => {
  if (!room) return;
  const { members: all, peers, stream, muted, dark, media, over } = room;
  const others = all.filter((one) => one.member_id !== me()?.member_id);
  render(html`<h2>${room.name}</h2>
    ${over ? html`<p role="status">${t("call.over")} · ${over}</p><button type="button" class="primary" @click=${leave}>${t("close")}</button>` : html`
    <ul class="tiles">${repeat(others, (one) => one.member_id, (one) => {
      const peer = peers.get(one.member_id);
      return html`<li>${peer?.stream ? html`<video autoplay playsinline ${plays(peer.stream)} aria-label=${one.name ?? room.name}></video>` : nothing}
        <span class="label" role="status">${one.name ?? (others.length === 1 ? room.name : "")} ${t(`call.state.${peer?.stream && one.state === "joined" ? "on" : one.state}`)}</span></li>`;
    })}
    ${stream?.getVideoTracks().length ? html`<li class="small"><video autoplay playsinline muted .muted=${true} ${plays(stream)} aria-label=${t("call.self")}></video></li>` : nothing}</ul>
    ${room.note ? html`<p class="faint">${room.note}</p>` : nothing}
    <div class="row">
      <button type="button" aria-pressed=${String(muted)} ?disabled=${!stream} @click=${toggle("audio")}>${icon(muted ? "mic-off" : "mic")}${t("call.mute")}</button>
      ${media === "video" && stream?.getVideoTracks().length ? html`<button type="button" aria-pressed=${String(dark)} @click=${toggle("video")}>${icon(dark ? "camera-off" : "camera")}${t("call.dark")}</button>
        <button type="button" @click=${turn}>${icon("switch-camera")}${t("call.turn")}</button>` : nothing}
      <button type="button" class="danger" @click=${leave}>${icon("phone-off")}${t("call.leave")}</button></div>`}`, room.box);
};

addEventListener("pagehide", leave);

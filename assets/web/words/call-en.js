// Words of calls, loaded with the first one. Chinese has the same keys in the same order (call-zh-CN.js).

export default {
  "call.start": "Call", "call.accept": "Answer", "call.decline": "Decline",
  "call.to": "Call {name}", "call.from": "{name} is calling", "call.with.video": "Picture and sound", "call.with.audio": "Sound only",
  "call.with.none": "Only watch and write", "call.level": "Microphone", "call.no_devices": "No camera or microphone: the other cannot hear you.",
  "call.unplugged": "Camera or microphone was disconnected. Plug it in and call again.", "call.insecure": "This connection is not HTTPS, so there is no camera or microphone. You can write.", "call.self": "My picture",
  "call.room": "Call", "call.mute": "Mute", "call.dark": "Camera off", "call.turn": "Turn camera", "call.leave": "Hang up", "call.over": "Ended",
  "call.end.left": "The other has hung up", "call.end.declined": "Declined", "call.end.missed": "Not answered", "call.state.ringing": "Ringing",
  "call.state.joined": "Connecting", "call.state.on": "In the call", "call.state.away": "Connection lost", "call.state.left": "Left",
  "call.state.declined": "Declined", "call.state.missed": "Not answered",
};

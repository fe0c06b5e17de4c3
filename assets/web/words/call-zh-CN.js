// Words of calls, loaded with the first one. English has the same keys in the same order (call-en.js).

export default {
  "call.start": "开始呼叫", "call.accept": "接听", "call.decline": "拒绝", "call.to": "呼叫 {name}",
  "call.from": "{name} 来电", "call.with.video": "视频和声音", "call.with.audio": "只用声音", "call.with.none": "只看和打字", "call.level": "麦克风音量",
  "call.no_devices": "没有摄像头或麦克风权限，对方听不到您。", "call.unplugged": "摄像头或麦克风断开了，重新插好后请再次呼叫。", "call.insecure": "当前连接不是 HTTPS，浏览器不给摄像头和麦克风。可以打字。", "call.self": "我的画面", "call.room": "通话",
  "call.mute": "静音", "call.dark": "关闭摄像头", "call.turn": "切换摄像头", "call.leave": "挂断", "call.over": "已结束", "call.end.left": "对方已挂断",
  "call.end.declined": "对方已拒绝", "call.end.missed": "未接听", "call.state.ringing": "已振铃", "call.state.joined": "正在接通", "call.state.on": "通话中",
  "call.state.away": "连接中断", "call.state.left": "已离开", "call.state.declined": "已拒绝", "call.state.missed": "未接听",
};

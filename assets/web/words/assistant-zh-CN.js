// The assistant's words in Chinese. English has the same keys in the same order (assistant-en.js).

export default {
  "menu.patients.mine": "我的患者", "menu.book": "代约", "menu.bookings": "预约", "assistant.join": "还没有账号？请联系诊所，或先在手机客户端注册。", "assistant.waiting": "资料正在等待管理员审核，通过后才能新建患者和代约。",
  "assistant.fill": "填写个人资料", "assistant.notices": "{n} 条通知", "assistant.coming": "接下来的义诊", "assistant.none_coming": "我的患者近期没有预约。", "assistant.helped": "已帮助 {n} 人",
  "assistant.news": "给医助的公告", "assistant.team": "志愿团队", "assistant.rewait": "修改姓名或身份证号后，需要管理员重新审核。", "patient.new": "新建患者", "patient.new.line": "没有手机的老人也可以",
  "book.line": "替患者挑时间", "patients.line": "查找、查看资料", "patient.bind": "添加已有账号的患者", "patient.bind.text": "患者手机会收到验证码，请对方念给您听。", "patient.bind.hint": "先获取验证码",
  "patient.bind.sent": "验证码已发到患者手机", "patient.bind.do": "添加", "patient.phone": "患者手机号", "patients.find": "查找患者", "patients.hint": "姓名、拼音、手机号", "patients.none": "还没有患者",
  "patient.age": "年龄", "patient.visits": "就诊", "patient.visits.n": "预约 {n} 次，就诊 {m} 次", "patient.made": "患者已建好", "patient.another": "再建一位",
  "patient.phone.hint": "可以不填；填了可用手机号登录", "patient.password": "登录密码", "patient.password.hint": "请让患者自己设一个，或用这个", "patient.password.keep": "请抄给患者，或打印出来。", "book.for": "患者",
  "book.for.name": "为{name}代约", "book.payer": "有押金的义诊由患者本人支付，您不用付款。", "book.unpaid": "等待患者支付押金", "book.next": "下一位患者", "booking.mine": "我的患者 {n} 人",
  "booking.none": "还没有预约", "booking.nobody": "这场义诊里没有您的患者", "booking.more": "再约一位", "booking.slips": "查看并打印预约单", "booking.print_all": "打印全部预约单",
  "booking.cancel.ask": "取消{name} {at} 的预约？", "booking.cancel.of": "取消预约：{name}", "booking.print.of": "打印预约单：{name}",
};

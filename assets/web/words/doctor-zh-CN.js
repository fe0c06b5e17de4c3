// The words of the doctor's page in Chinese. English has the same keys in the same order (doctor-en.js).

export default {
  // The frame.
  "menu.today": "今天", "menu.clinics": "义诊", "menu.consultations": "咨询", "menu.teams": "团队", "add": "添加", "remove": "移除 {name}", "delete.of": "删除：{name}",
  "from": "{at} 起可用", "page.before": "上一页", "page.next": "下一页", "page.of": "第 {page} / {pages} 页，共 {total} 条",

  // Signing in.
  "doctor.signin": "医生登录", "doctor.by_number": "用医生工号登录", "doctor.number": "医生工号", "doctor.password": "登录密码", "doctor.enter": "用工号登录", "doctor.new": "还没有医生账号？",
  "register.title": "注册医生账号", "register.line": "注册后请填写个人信息，管理员审核通过后即可接诊。", "register.have": "已有账号？", "verify.waits": "资料正在等待管理员审核。审核前可以查看，不能接诊。",
  "verify.refused": "资料未通过审核，请修改后等待再次审核。", "verify.profile": "查看个人信息",

  // Today.
  "today.title": "今天 · {date}", "today.waits": "待处理", "today.nothing": "没有待处理的事。", "today.confirm": "{n} 人待确认就诊", "today.sessions": "今天的义诊",
  "today.no_session": "今天没有义诊。", "today.coming": "接下来", "today.unread": "未读消息", "today.read": "消息都看过了", "due.left": "剩 {left}", "due.over": "已到时限",
  "due.reply_by": "请在 {at} 前回复，否则自动退款。", "handover.title": "扫码或输号接诊", "handover.line": "患者出示的二维码或预约号。", "handover.number": "预约号", "handover.wrong": "预约号是一串数字",
  "handover.open": "打开", "handover.scan": "扫二维码", "handover.waiting": "正在打开摄像头…", "handover.no_camera": "没有摄像头权限，请输入预约号。", "doctor.news": "诊所公告",

  // Free clinics.
  "clinics.title": "我的义诊", "clinics.coming": "未结束", "clinics.past": "已结束", "clinics.none": "没有未结束的义诊。发布一场，患者就能预约。", "clinics.none_past": "还没有结束的义诊",
  "clinics.publish": "发布义诊", "clinics.all": "全部义诊", "clinics.list": "打开名单", "clinics.copy": "复制到另一天", "clinics.cancelled": "已取消", "clinics.filled": "已约 {n} / {most}",
  "clinics.free": "余 {n} 位", "seats": "{n} 人", "publish.title": "发布义诊", "publish.copy": "复制义诊", "publish.date": "日期", "publish.begin": "开始时间", "publish.end": "结束时间",
  "publish.people": "人数", "publish.slots": "{n} 人 → {sum}", "publish.slots.line": "每半小时一个时段", "publish.no_slots": "填好时间和人数，这里会显示分好的时段。", "publish.addr": "地点",
  "publish.map": "地图位置（可不填）", "publish.map.hint": "填了，患者可以按“离我最近”找到这场义诊。不用查经纬度：人在义诊地点时点下面的按钮就行；以前在同一地点办过的会自动填好。", "publish.lng": "经度", "publish.lat": "纬度", "publish.here": "用当前位置", "publish.no_place": "没有拿到位置，可以不填，或手工填写经纬度。", "publish.target": "适合人群",
  "publish.target.missing": "请至少选一类人群", "publish.abstract": "简介", "publish.abstract.hint": "看什么问题、请患者带什么", "publish.price": "押金（元）",
  "publish.price.hint": "0 为免费；到诊后自动退还", "publish.special": "专题活动", "publish.special.none": "不参加", "publish.past": "开始时间已过", "publish.done": "已发布",

  // The queue and the record.
  "queue.title": "{date} {slot}", "queue.list": "预约名单", "queue.done": "已就诊 {n}", "queue.waits": "待就诊 {n}", "queue.none": "还没有人预约", "queue.pick": "选一位患者",
  "queue.print": "打印名单", "queue.cancel": "取消义诊", "queue.cancel.ask": "取消 {date} 的义诊？", "queue.cancel.line": "会通知 {n} 位已预约的患者，押金自动退回。",
  "queue.cancel.yes": "确认取消，通知 {n} 人", "queue.time": "时间", "queue.who": "性别年龄", "queue.stay": "状态", "stay.held": "待支付", "stay.booked": "待就诊", "stay.done": "已就诊",
  "stay.missed": "未到", "stay.rejected": "已拒绝", "stay.cancelled": "已取消", "visit.of": "{name} 的就诊", "visit.queue.open": "打开这场义诊的名单", "record.title": "就诊记录",
  "record.no_complaint": "没有填写", "record.done": "就诊完成", "record.missed": "标记未到", "record.missed.ask": "{name} 没有来？", "record.reject": "拒绝预约",
  "record.reject.ask": "拒绝 {name} 的预约？", "record.reject.phrases": "常用理由", "record.phrase.1": "您好，您的情况需要尽快到医院急诊，请不要等待义诊。", "record.phrase.2": "您好，本次义诊不看这个专科，请改约相应科室的医生。",
  "record.phrase.3": "您好，请先补充检查报告，再预约下一场义诊。", "record.phrase.4": "您好，本场义诊面向其他人群，请留意后续安排。", "record.reject.reason": "拒绝理由（患者会看到）",
  "record.reject.line": "拒绝后患者不能再约这场义诊，押金自动退回。", "record.reject.yes": "确认拒绝", "record.refund": "退还 {amount}", "record.refund.ask": "患者未到，仍退还押金？",
  "record.result": "就诊结果", "record.result.hint": "边写边存为草稿；保存后患者可见。", "record.pictures": "检查单、处方照片", "record.rate": "评价患者", "record.rated": "已评价", "record.credit": "信用",
  "record.punctual": "守时",

  // The patient.
  "patient.title": "患者", "patient.body": "身高体重", "patient.body.of": "{height} 厘米 · {weight} 公斤", "patient.days": "{n} 天", "patient.habits": "习惯", "patient.smokes": "抽烟",
  "patient.no_smoke": "不抽烟", "patient.drinks": "喝酒", "patient.no_drink": "不喝酒", "patient.place": "所在地", "patient.scores": "信用守时",
  "patient.scores.of": "信用 {credit} · 守时 {punctual}", "patient.write": "写消息", "patient.contact": "联系人", "history.title.doctor": "以往就诊", "history.none": "没有以往就诊",

  // Consultations.
  "consultations.title": "图文咨询", "consultations.wait": "待回复", "consultations.open": "咨询中", "consultations.done": "已完成", "consultations.other": "已退款",
  "consultations.none": "没有待回复的咨询", "consultations.empty": "这里还没有咨询", "order.finish": "结束咨询", "order.number": "订单号", "order.finish.ask": "结束后不能再发消息。结束这次咨询吗？",
  "replies.next": "发送后是第 {n}/{most} 次回复", "replies.several": "将发出 {n} 条，用掉第 {from}–{to} 次回复（共 {most} 次）", "replies.too_many": "这是 {n} 条消息，只剩 {left} 次回复，请减少图片。",
  "replies.left": "还可回复 {n} 次，{at} 自动结束。", "done.05": "没有按时回复，正在退款。", "done.06": "患者申请了退款，等待处理。", "done.07": "这次咨询已结束。", "done.08": "没有按时回复，费用已退回。",
  "done.09": "费用已退回患者。", "doctor.hint": "Ctrl+Enter 发送，输入 // 插入快捷回复", "diagnosis.hint": "输入名称、拼音或编码", "diagnosis.save": "保存诊断", "diagnosis.after_reply": "回复患者之后可以开诊断。",
  "diagnosis.none": "没有开诊断。", "conversation.side.chat": "患者、问题与诊断", "conversation.side.consult": "患者、医生与服务", "messages.pick": "选一个会话",
  "direct.closed.doctor": "暂时不能发消息：没有进行中的就诊，或有一方在黑名单中。",

  // Contacts.
  "contacts.search": "姓名或手机号", "contacts.none.doctor": "看过的患者会出现在这里。", "contact.records": "病历", "contact.no_call.doctor": "现在不能给这位患者打电话。",
  "contact.calls.off.doctor": "不接患者来电", "contact.calls.on.doctor": "接听患者来电",

  // Teams.
  "teams.create": "创建团队", "teams.none.doctor": "还没有加入团队。创建一个，或用同事的邀请码加入。", "teams.joined": "已加入团队", "teams.code.hint.doctor": "同事给您的邀请码", "team.name": "团队名称",
  "team.introduction": "简介", "team.agreement.hint": "患者加入前要读并同意", "team.consult_fee": "咨询费", "team.fee.hint.doctor": "元，每次咨询", "team.founder": "创建人",
  "team.doctors": "医生", "team.doctors.n": "{n} 位医生", "team.name_assistant": "设为群助手", "team.name_assistant.of": "设为群助手：{name}", "team.leave": "退出团队",
  "team.leave.ask": "退出「{name}」？", "team.invite": "邀请", "team.invite.line": "患者扫码或输入邀请码加入；医生在「团队」里输入邀请码加入。", "team.qr": "邀请二维码", "team.valid": "有效至",
  "team.members": "会员 {n} 人", "team.no_members": "还没有会员，邀请患者加入吧。", "team.balances": "会费余额共 {amount}", "team.balance.word": "会费余额", "team.since": "加入",
  "team.consults": "处理过的咨询", "team.no_consults": "还没有咨询", "group.0": "等待群助手请医生加入。", "group.1": "医生已加入，可以回复、发出增值服务。", "group.2": "这次咨询已结束。", "group.3": "患者已取消。",
  "group.doctors": "群里的医生", "group.assistant": "群助手", "group.invite": "邀请医生", "group.choose": "请先选医生", "group.by_assistant": "由群助手邀请医生。",
  "group.for": "就诊人 {name}，由 {by} 发起", "group.symptom": "主诉是图片或语音，见聊天记录。", "group.services": "本次的服务", "group.no_vas": "还没有发出服务。", "vas.name": "服务名称",
  "vas.description": "说明", "vas.amount": "金额（元）", "vas.send": "发出", "vas.sent": "已发出，等患者确认",

  // Income.
  "income.title": "收入", "income.of": "{name} · 收入", "income.this_month": "本月", "income.withdrawable": "可提现", "income.total": "累计", "income.fees": "未用会费",
  "income.consults": "咨询", "income.mine": "我的咨询", "income.mine.services": "我的服务", "income.founder": "由创建人提现。", "income.withdraw": "提现 {amount}",
  "income.withdraw.ask": "提现 {month} 的全部收入？由管理员审核。", "income.until": "每月 {from} 至 {to} 日提上个月的收入；过了 {to} 日没提的，不能再提。", "income.nothing": "上个月没有可提现的收入。", "income.closed": "现在不能提现。每月 {from} 至 {to} 日可以提上个月的收入，过期不能再提。",
  "income.doctors": "按医生", "income.month": "{month} 月度", "income.month.word": "月份", "income.month.of": "收入 {income}，已提现 {withdrawn}", "income.amount": "金额",
  "income.state": "状态", "income.asked": "申请日期", "income.none": "没有记录", "income.history": "提现记录", "income.no_history": "还没有提现", "income.services": "我发出的服务",
  "withdrawal.0": "待审核", "withdrawal.1": "已通过", "withdrawal.2": "未通过",

  // Me.
  "me.more": "更多", "me.visits.word": "义诊次数", "me.patients": "服务患者", "me.hours": "服务小时", "me.score": "评分", "price.title": "图文咨询", "price.line": "价格改动只对之后的订单有效。",
  "price.open": "接受图文咨询", "price.amount": "价格（元）", "week.title": "出诊时间", "week.morning": "上午", "week.afternoon": "下午", "week.0": "周一", "week.1": "周二", "week.2": "周三",
  "week.3": "周四", "week.4": "周五", "week.5": "周六", "week.6": "周日", "profile.verified": "认证信息", "profile.again": "修改认证信息后需要重新审核，审核前不能接诊。",
  "profile.ask": "保存后需要管理员审核。保存吗？", "profile.more": "擅长与荣誉", "profile.honours": "个人荣誉", "profile.hospital": "医院", "profile.department": "科室", "profile.position": "职称",
  "profile.abstract": "个人简介", "profile.photos": "执业证书照片", "profile.photo.missing": "请上传执业证书照片", "profile.idno.hint": "已隐藏显示", "orgs.title": "公益组织", "orgs.mine": "我的组织",
  "orgs.none": "还没有加入组织。", "orgs.others": "其他组织", "orgs.search": "组织名称", "orgs.state.0": "待审核", "orgs.state.1": "已加入", "orgs.state.2": "未通过", "orgs.join": "申请加入",
  "orgs.join.of": "申请加入：{name}", "orgs.leave": "退出", "orgs.leave.of": "退出：{name}", "orgs.leave.ask": "退出「{name}」？", "clinic.title": "我的诊所", "clinic.find": "查找诊所",
  "clinic.name.exact": "诊所全名", "clinic.found": "创建诊所", "clinic.name": "诊所名称", "clinic.introduction": "诊所简介", "clinic.doctor": "医生姓名", "clinic.add": "添加医生",
  "clinic.name_supervisor": "设为主管", "clinic.supervisor": "主管", "clinic.rights": "只有创建人和主管可以修改。", "clinic.not_one": "没有找到唯一的医生，请写全名。", "ratings.title": "患者评价",
  "ratings.none": "还没有评价", "replies.title": "快捷回复", "replies.line": "写消息时输入 // 和关键字，就能插入。", "replies.search": "标题或内容", "replies.none": "还没有快捷回复",
  "replies.new": "新的快捷回复", "replies.word": "标题", "replies.text": "内容", "replies.drop": "删除「{name}」？",
};

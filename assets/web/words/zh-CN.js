// The words of the pages in Chinese. English has the same keys in the same order (en.js); a test holds them together.

export default {

  // The frame.
  "loading": "正在打开…", "skip": "跳到正文", "menu": "主菜单", "menu.home": "首页", "menu.find": "约义诊", "menu.messages": "消息", "menu.me": "我的", "me": "我",
  "unread": "{n} 条未读", "back": "返回", "home.link": "回到首页", "close": "关闭", "cancel": "取消", "ok": "确定", "copy": "复制", "copied": "已复制", "again": "重试",
  "numerals": "零 一 两 三 四 五 六 七 八 九 十", "more": "更多", "more.of": "已显示 {n} / 共 {total}", "stale": "未更新：显示的是之前的内容。", "optional": "选填", "save": "保存", "saved": "已保存", "delete": "删除",
  "print": "打印", "all": "全部", "yes": "是", "no": "否", "free": "免费", "deposit": "押金 {amount}", "nowhere": "没有这个页面", "nowhere.text": "地址可能有误，或内容已经移走。",
  "demo": "演示诊所，数据为虚构", "trial": "试运行，请勿用于诊疗", "looking": "备份副本，仅供查看：不通知任何人，不收款", "look.big": "长辈模式", "look.dark": "夜间模式",

  // The line.
  "lamp.live": "实时", "lamp.poll": "每 10 秒更新", "lamp.off": "离线 · 内容已保存在本机", "lamp.wait": "连接中", "lamp.taken": "此账号已在其他设备打开", "lamp.resume": "在这里继续",
  "line.lost": "连接断开，正在重试", "line.retry": "连接断开，正在重试", "leave.ask": "有未保存的内容，已存为草稿。要离开吗？", "leave.yes": "离开", "leave.no": "留下",

  // Problems.
  "problem.title": "暂时打不开", "problem.missing": "没有找到", "problem.offline": "没有连接到诊所。请检查网络后重试。", "problem.internal": "服务器出了点问题，请稍后再试。", "problem.not_sent": "刚才没有提交成功，请再试一次。",
  "problem.wait": "请等 {n} 秒再试", "problem.details": "详情", "problem.code": "编号 {code}",

  // Forms.
  "field.missing": "请填写这一项", "field.choose": "请选择一项", "field.wrong": "格式不对，请核对", "field.short": "至少 {n} 个字", "field.range": "数值不对，请核对", "field.of": "{name}：{text}",
  "field.summary": "有 {n} 处需要修改", "draft.restore": "恢复上次未保存的内容", "choose": "请选择",

  // Signing in.
  "signin": "登录", "signin.title": "登录", "signin.code": "验证码登录", "signin.password": "密码登录", "signin.new": "还没有账号？填手机号和验证码，就会建好。", "wechat.signin": "微信登录", "wechat.bind": "绑定手机号", "wechat.bind.text": "第一次用微信登录，请填写手机号和验证码，以后就不用了。",
  "signin.again": "请重新登录，内容都还在", "signin.not_now": "暂不登录", "signin.somebody": "另一位用户", "signin.stay": "在这台电脑上保持登录", "signout": "退出登录",
  "signout.unsaved": "有未保存的内容，退出后会删除。确定退出吗？", "session.other": "{name} 已在另一个页面登录。", "session.stay": "继续使用", "session.change": "换成 {name}",
  "session.out": "已在另一个页面退出登录", "phone": "手机号", "phone.wrong": "请填写 11 位手机号", "code": "验证码", "code.get": "获取验证码", "code.wait": "{n} 秒后可重发",
  "code.sent": "验证码已发送到手机。", "captcha": "图中的字符", "captcha.picture": "图形验证码", "password": "密码", "password.show": "显示密码", "password.forgotten": "忘记密码",
  "password.new": "新密码", "password.set": "设置新密码", "username": "用户名", "totp": "动态码",

  // Time.
  "time.now": "刚刚", "time.minutes": "{n} 分钟前", "time.today": "今天 {at}", "time.tomorrow": "明天 {at}", "time.yesterday": "昨天 {at}",
  "time.days_left": "{n} 天", "time.hours_left": "{h} 小时 {m} 分", "time.zone": "时间均为{zone}",

  // Home.
  "home.title": "{name}，您好", "home.you": "您好", "home.visitor": "看医生，从这里开始", "home.next": "下一次就诊", "home.next.open": "查看预约",
  "home.next.more": "还有 {n} 个预约", "home.next.days": "还有 {n} 天", "home.unrated": "{at} {name}医生的就诊还没有评价。", "home.family": "帮家人问医生", "home.family.line": "为{who}咨询", "home.banners": "诊所消息",
  "home.open": "可预约的义诊", "home.all": "查看全部", "home.hospitals": "医院", "home.news": "健康知识", "door.book": "约义诊", "door.book.line": "选时间，见医生",
  "door.ask": "问医生", "door.ask.line": "图文咨询，不出门", "door.visits": "我的预约", "door.visits.line": "时间、地点、取消", "door.call": "打电话给诊所",
  "seats.left": "余 {n} 位", "seats.none": "已约满", "score": "{n} 分", "stars": "{n} 星", "age": "{n} 岁", "name": "姓名", "sex": "性别", "sex.1": "男",
  "sex.2": "女", "birthday": "出生日期", "idno": "身份证号", "idno.wrong": "身份证号码有误，请核对", "idno.fills": "填写后自动填出生日期和性别", "idno.told": "出生日期 {birthday}，{sex}",
  "oneself": "本人", "submit": "提交", "next": "下一步",

  // Pictures.
  "pictures.most": "最多 {n} 张", "pictures.add": "添加图片", "pictures.n": "{n} 张图片", "pictures.nth": "图片 {n}", "pictures.open": "放大图片 {n}",
  "pictures.remove": "移除图片 {n}", "pictures.sending": "正在上传",

  // Finding.
  "find.title": "约义诊", "find.ask": "问医生", "find.activity": "专题活动", "find.box": "找义诊和医生", "find.hint": "医生、科室、医院，拼音也行", "find.department": "科室",
  "find.target": "适合人群", "find.sort": "排序", "find.sort.soon": "日期最近", "find.sort.time": "最新发布", "find.sort.near": "离我最近", "find.sort.hot": "最热门", "find.free": "只看免费", "find.further": "更多条件", "find.hospital": "医院", "find.org": "机构",
  "find.kinds": "类别", "find.all": "全部", "find.projects": "义诊", "find.doctors": "医生", "find.activities": "专题活动", "find.more": "全部 {n} 个",
  "find.none": "没有找到，换个词试试", "find.no_activity": "近期没有专题活动", "find.no_place": "没有拿到位置，按原来的顺序显示", "find.reset": "清除条件", "find.joined": "已预约",

  // A doctor.
  "doctor.good_at": "擅长", "doctor.asks": "图文咨询 {amount}", "doctor.not_asked": "暂不接受咨询", "doctor.ask": "问这位医生", "doctor.closed": "这位医生暂未开通图文咨询", "doctor.follow": "关注",
  "doctor.unfollow": "取消关注", "doctor.write": "联系医生", "doctor.projects": "近期义诊", "doctor.no_projects": "近期没有义诊", "doctor.comments": "患者评价",
  "doctor.no_comments": "还没有评价",

  // Booking.
  "book.title": "预约 {name} 医生", "book.form": "预约", "book.review": "核对预约", "book.doctor": "医生", "book.when": "时间", "book.where": "地点",
  "book.who": "就诊人", "book.who.later": "登录后填写", "book.cost": "费用", "book.deposit": "押金 {amount}，到诊后退还", "book.slots": "选时间 · {date}（{zone}）",
  "book.pictures": "检查报告、患处照片", "book.rule.free": "免费。来不了请尽早取消，把名额留给别人。", "book.rule.deposit": "押金到诊后自动退还；开始前取消原路退回；未到不自动退。", "book.confirm": "确认预约",
  "book.change": "返回修改", "book.done": "预约成功", "book.joined": "您已预约该义诊", "book.held": "您已占号，等待支付押金", "book.over": "这场义诊已结束或已取消", "book.full": "这场义诊已约满。有人取消时名额会再放出来。",
  "book.others": "看其他义诊", "slot.left": "余 {n} 位", "slot.full": "已满", "slot.over": "已过", "slot.calm": "最空", "complaint": "哪里不舒服",
  "complaint.hint": "什么时候开始、怎么不舒服、吃过什么药", "flags.title": "胸痛、喘不上气、突然口齿不清或肢体无力？", "flags.text": "请立即拨打 120，不要等医生回复。", "flags.call": "拨打 120",

  // Visits.
  "visits.title": "我的预约", "visits.coming": "待就诊", "visits.cancelled": "已取消", "visits.missed": "未到", "visits.done": "已完成", "visits.refunds": "退款",
  "visits.none": "这里还没有预约", "visit.title": "预约详情", "visit.slip": "预约单", "visit.number": "预约号", "visit.bring": "请带上", "visit.clinic": "诊所电话",
  "visit.booked": "已预约", "visit.booked.text": "请按时到场；就诊后医生会在这里写下结果。", "visit.deposit_back": "押金在医生确认就诊后自动退还。", "visit.unpaid": "待支付",
  "visit.unpaid.text": "号源为您保留 {left}，付清押金 {amount} 后生效，到时未付自动释放。", "visit.rejected": "预约被拒绝", "visit.cancelled": "已取消", "visit.missed": "未到",
  "visit.missed.text": "没有按时到诊。如有押金，可联系医生退还。", "visit.done": "已就诊", "visit.refunded": "已退款", "visit.refunding": "退款中",
  "visit.refunded.text": "{amount} 已原路退回。", "visit.refunding.text": "{amount} 正在原路退回。", "visit.book_again": "再约一次",
  "visit.queue": "您前面还有 {n} 位，同一时段 {m} 位。", "visit.queue.first": "目前您排在最前面。", "visit.serving": "现在看到 {at} 的号。", "visit.print": "打印预约单", "visit.code": "到诊时出示二维码，或报六位预约号", "visit.code.alt": "本预约的二维码", "visit.result": "就诊结果", "visit.cant": "来不了？",
  "visit.cancel": "取消预约", "visit.cancel.free": "取消后名额会让给别人。", "visit.cancel.deposit": "开始前取消，押金原路退回。", "visit.cancel.ask": "取消 {at} 的预约？",
  "visit.cancel.yes": "确认取消", "visit.cancel.no": "不取消", "visit.move": "改时间", "visit.move.to": "改到", "visit.move.yes": "确认改期", "visit.moved": "已改期",
  "problem.move_unknown": "暂不能直接改期，请先取消再预约。", "rate.title": "评价这次就诊", "rate.score": "打分", "rate.comment": "说说感受", "rate.done": "已评价",

  // Paying.
  "pay.title": "支付", "pay.go": "去支付", "pay.now": "支付 {amount}", "pay.amount": "应付金额", "pay.left": "请在 {left} 内支付",
  "pay.rule.visit": "这是押金：到诊后自动退还，开始前取消也会退。", "pay.rule.consultation": "医生未在时限内回复，全额自动退款。", "pay.rule.recharge": "充值到钱包，用于团队咨询。", "pay.later": "稍后支付",
  "pay.done": "已支付", "pay.done.text": "已付 {amount}。", "pay.lapsed": "号源已释放，未扣款；如已付款将自动退回", "pay.slots": "重新选择", "pay.off": "本诊所暂不在线收款，请到店支付。",
  "pay.scan": "请用微信扫一扫付款，付款后本页会自动更新", "pay.in_wechat": "请在微信里打开本页支付。", "problem.pay_cancelled": "您取消了支付。", "problem.pay_in_app": "这笔订单要在诊所的应用里支付，或到店支付。",

  // Messages.
  "messages.title": "消息", "messages.none": "还没有消息", "kind.chat": "图文咨询", "kind.dialog": "留言", "kind.consult": "团队咨询", "kind.direct": "私信",
  "chat.log": "聊天记录", "chat.none": "还没有消息，先说一句吧。", "chat.older": "更早的 {n} 条", "chat.fresh": "{n} 条新消息", "chat.new_from": "{name}：新消息",
  "chat.system": "系统", "chat.write": "写消息", "chat.send": "发送", "chat.picture": "图片", "chat.pictures": "图片", "chat.voice": "语音",
  "chat.recording": "正在录音，再按一次结束", "chat.no_microphone": "没有麦克风权限，请打字。", "chat.uploading": "正在上传…", "chat.sending": "发送中", "chat.sent": "已发送",
  "chat.read": "已读", "chat.unsent": "未发送", "chat.unsent.again": "未发送 · 重试", "chat.menu": "更多操作", "chat.retract": "撤回",
  "chat.retract.over": "已超过可撤回的时间", "chat.retracted": "{name} 已撤回", "chat.retracted.mine": "已撤回", "dialog.hint": "最多 256 字、3 张图片",
  "direct.closed": "暂时不能发消息：没有进行中的就诊，或有一方在黑名单中。",

  // Consultations.
  "consultation.open": "打开咨询", "ask.title": "咨询 {name}", "ask.rule": "医生最多回复 {n} 次；{h} 小时内未回复自动退款", "ask.rule.free": "医生最多回复 {n} 次；{h} 小时内未回复自动结束", "ask.patient": "为谁咨询", "ask.add_patient": "添加家人",
  "ask.no_patient": "请先补全个人信息", "ask.reason": "咨询原因", "ask.pay": "提交并支付 {amount}", "ask.others": "看其他医生", "order.01": "待支付",
  "order.01.text": "付款后医生会收到您的咨询，到时未付自动取消。", "order.02": "已取消", "order.02.text": "这次咨询已取消。", "order.03": "待医生回复",
  "order.03.text": "医生会在 {at} 前回复，否则自动退款。", "order.03.free": "医生会在 {at} 前回复，否则咨询自动结束。", "order.04": "咨询中", "order.04.text": "医生还可回复 {n} 次，{at} 自动结束。", "order.04.none": "{n}次回复已用完",
  "order.04.hint": "您仍可以留言，医生会看到。", "order.05": "已过期，待退款", "order.05.text": "医生没有按时回复，正在退款。", "order.06": "退款申请中", "order.06.text": "已申请退款，正在处理。",
  "order.07": "已完成", "order.07.text": "咨询已结束，可以评价。", "order.08": "已退款", "order.08.text": "医生没有按时回复，费用已退回。", "order.09": "已退款",
  "order.09.text": "费用已原路退回。", "order.refund": "申请退款", "order.refund.ask": "不等了，申请退款？", "order.cancel": "取消咨询", "order.cancel.ask": "取消这次咨询？",
  "order.head": "咨询情况", "order.closed": "这次咨询已结束，不能再发消息。", "diagnosis.title": "诊断", "diagnosis.main": "主要诊断", "diagnosis.second": "其他诊断",
  "diagnosis.complaint": "主诉", "diagnosis.past": "既往史",

  // Teams.
  "teams.title": "医生团队", "teams.mine": "我的团队", "teams.none": "还没有加入团队", "teams.join": "加入团队", "teams.code": "邀请码", "teams.code.hint": "医生给您的邀请码或链接",
  "teams.find": "找团队", "teams.find.hint": "团队名称，拼音也行", "teams.running": "进行中的咨询", "teams.past": "以前的咨询", "team.fee": "咨询费 {amount}",
  "team.balance": "会费余额 {amount}", "team.ask": "咨询团队", "team.join": "加入团队", "team.joined": "已加入团队", "team.top_up": "补充会费", "team.agreement": "入会协议",
  "team.agree": "我已阅读并同意入会协议", "team.agree.first": "请先阅读并同意入会协议", "team.fee.amount": "会费（元）", "team.fee.hint": "从钱包转入，钱包余额 {amount}。",
  "team.need_code": "加入需要医生给您的邀请码。", "team.consult.fee": "每次咨询 {amount}，先用会费，不足用钱包。", "consult.0": "等待接诊",
  "consult.0.text": "群助手会请合适的医生加入，在此之前可以取消，费用退回。", "consult.1": "咨询中", "consult.1.text": "医生已加入。问完了可以结束咨询。", "consult.2": "已结束",
  "consult.2.text": "这次咨询已结束。", "consult.3": "已取消", "consult.3.text": "已取消，费用已退回。", "consult.cancel": "取消咨询", "consult.cancel.ask": "取消这次咨询？费用会退回。",
  "consult.finish": "结束咨询", "consult.finish.ask": "结束后不能再发消息。结束吗？", "consult.finished": "咨询已结束", "consult.cancelled": "咨询已取消", "vas.offer": "增值服务",
  "vas.0": "待确认", "vas.1": "已确认", "vas.2": "已拒绝", "vas.balance": "先用会费，不足用钱包（余额 {amount}）。", "vas.confirm": "确认", "vas.confirm.label": "确认 {amount}",
  "vas.reject": "拒绝", "vas.ask": "确认购买「{name}」，支付 {amount}？",

  // Contacts.
  "contacts.title": "联系人", "contacts.none": "看过医生后，医生会出现在这里。", "contact.banned": "黑名单", "contact.banned.text": "在黑名单中，互相不能发消息和通话。",
  "contact.over": "就诊已结束，不能再发消息。", "contact.no_visit": "没有进行中的就诊，暂不能发消息。", "contact.no_call": "现在不能给这位医生打电话。", "contact.write": "发消息",
  "contact.note": "留言", "contact.page": "医生主页", "contact.nickname": "备注", "contact.nickname.label": "备注名", "contact.rules": "打扰设置",
  "contact.ban": "加入黑名单", "contact.unban": "移出黑名单", "contact.calls.off": "不接医生来电", "contact.calls.on": "接听医生来电",

  // Family, wallet, me.
  "family.title": "家人", "family.none": "还没有添加家人", "family.add": "添加家人", "family.relation": "与我的关系", "family.card": "就诊卡", "family.card.number": "卡号",
  "family.card.bind": "绑定就诊卡", "family.ask": "为{name}问医生", "family.remove": "删除家人", "family.remove.ask": "从家人中删除 {name}？", "wallet.title": "钱包",
  "wallet.balance": "余额", "wallet.spent": "累计支出 {amount}", "wallet.recharge": "充值", "wallet.amount": "充值金额（元）", "wallet.list": "支出明细",
  "wallet.none": "还没有支出", "expense.membership": "入会会费", "expense.consult": "团队咨询", "expense.vas": "增值服务", "source.wallet": "钱包", "source.fee": "会费",
  "me.title": "我的", "me.nameless": "还没有填写姓名", "me.visits": "就诊 {n} 次", "me.credit": "信用 {n}", "me.punctual": "守时 {n}", "me.care": "看病", "me.about": "资料", "me.clinic": "诊所", "profile.title": "个人信息",
  "profile.needed": "预约前请先补全个人信息。", "profile.height": "身高（厘米）", "profile.weight": "体重（公斤）", "profile.marital": "婚姻", "marital.0": "未婚",
  "marital.1": "已婚", "marital.2": "离异", "marital.3": "丧偶", "profile.drink": "喝酒", "profile.smoke": "抽烟", "profile.province": "省", "profile.city": "市",
  "profile.county": "区县", "profile.addr": "住址", "profile.email": "邮箱", "history.title": "女性健康史", "history.why": "只给为您看诊的医生看，都可以不填。",
  "history.pregnancy_count": "怀孕次数", "history.birth_count": "生育次数", "history.menstrual_cycle": "月经周期", "history.menarche_age": "初潮年龄",
  "followed.title": "关注的医生", "followed.none": "还没有关注医生", "assistants.title": "我的医助", "assistants.none": "还没有医助", "notices.title": "通知",
  "notices.none": "没有通知", "news.title": "健康知识", "news.none": "还没有文章",

  "call.video": "视频通话", "call.audio": "语音通话",
};

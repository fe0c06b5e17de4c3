// Words that the pages of doctors and administrators share. English has the same keys in the same order (staff-en.js).

export default {
  "lock.title": "已锁定", "lock.text": "{name}，已有十五分钟没有操作。输入密码继续，页面内容都还在。", "lock.demo": "演示密码：{word}", "lock.open": "解锁",
  "keys.title": "快捷键", "keys.save": "保存", "keys.send": "发送或提交", "keys.search": "到搜索框", "keys.rows": "下一行、上一行", "keys.open": "打开这一行",
  "keys.esc": "关闭、返回", "keys.list": "显示这张表", "cover": "隐藏", "uncover": "显示",
  "chat.merge": "合并为一条", "quick.title": "快捷回复", "quick.none": "没有这样的快捷回复",
};

// The words of the reference in Chinese. English has the same keys in the same order (docs-en.js).

export default {
  "docs.title": "接口文档", "docs.home": "首页", "docs.find": "按路径或标题查找", "docs.family": "接口", "docs.signin": "登录试用", "docs.who": "已登录：{name}", "docs.shown": "显示 {n} 个接口", "docs.choice": "选择", "docs.body": "请求内容",
  "docs.role.patient": "患者", "docs.role.doctor": "医生", "docs.role.assistant": "医助", "docs.role.admin": "管理员",
  "docs.volunteer-doctor": "志愿医生", "docs.internet-hospital": "互联网医院", "docs.im-contact": "医患联系", "docs.team-consult": "团队咨询", "docs.admin": "管理", "docs.fhir": "FHIR", "docs.other": "其他",
};

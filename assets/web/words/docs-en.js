// The words of the reference in English. Chinese has the same keys in the same order (docs-zh-CN.js).

export default {
  "docs.title": "API reference", "docs.home": "Home", "docs.find": "Find by path or title", "docs.family": "Interface", "docs.signin": "Sign in to try", "docs.who": "Signed in: {name}", "docs.shown": "{n} endpoints", "docs.choice": "Choose", "docs.body": "Request body",
  "docs.role.patient": "Patient", "docs.role.doctor": "Doctor", "docs.role.assistant": "Assistant", "docs.role.admin": "Administrator",
  "docs.volunteer-doctor": "Volunteer doctors", "docs.internet-hospital": "Internet hospital", "docs.im-contact": "Contacts", "docs.team-consult": "Team consults", "docs.admin": "Administration", "docs.fhir": "FHIR", "docs.other": "Other",
};

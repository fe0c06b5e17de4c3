// Words that the pages of doctors and administrators share. Chinese has the same keys in the same order (staff-zh-CN.js).

export default {
  "lock.title": "Locked", "lock.text": "{name}, nothing was done for fifteen minutes. Enter the password to go on; the page is as you left it.", "lock.demo": "Demonstration password: {word}", "lock.open": "Unlock",
  "keys.title": "Keys", "keys.save": "Save", "keys.send": "Send or submit", "keys.search": "To the search field", "keys.rows": "Next row, previous row", "keys.open": "Open this row",
  "keys.esc": "Close, back", "keys.list": "Show this list", "cover": "Hide", "uncover": "Show",
  "chat.merge": "Make one message of them", "quick.title": "Quick replies", "quick.none": "No quick reply like this",
};

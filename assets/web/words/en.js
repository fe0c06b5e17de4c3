// The words of the pages in English. Chinese has the same keys in the same order (zh-CN.js); a test holds them together.

export default {

  // The frame.
  "loading": "Loading…", "skip": "Skip to content", "menu": "Main menu", "menu.home": "Home", "menu.find": "Book", "menu.messages": "Messages",
  "menu.me": "Me", "me": "Me", "unread": "{n} unread", "back": "Back", "home.link": "Go to home", "close": "Close", "cancel": "Cancel", "ok": "OK",
  "copy": "Copy", "copied": "Copied", "again": "Try again", "numerals": "0", "more": "More", "more.of": "{n} of {total} shown",
  "stale": "Not up to date: this is what was shown before.", "optional": "optional", "save": "Save", "saved": "Saved", "delete": "Delete",
  "print": "Print", "all": "All", "yes": "Yes", "no": "No", "free": "Free", "deposit": "Deposit {amount}", "nowhere": "No such page",
  "nowhere.text": "The address may be wrong, or the page has moved.", "demo": "Demonstration: everything here is fictional",
  "trial": "Trial operation: not for treatment", "looking": "A copy for looking: nothing here reaches anybody", "look.big": "Large text", "look.dark": "Dark",

  // The line.
  "lamp.live": "Live", "lamp.poll": "Updates every 10 s", "lamp.off": "Offline · kept on this device", "lamp.wait": "Connecting",
  "lamp.taken": "Open on another device", "lamp.resume": "Continue here", "line.lost": "Connection lost, trying again",
  "line.retry": "Connection lost, trying again", "leave.ask": "What you typed is kept as a draft. Leave this page?", "leave.yes": "Leave",
  "leave.no": "Stay",

  // Problems.
  "problem.title": "Cannot be opened", "problem.missing": "Not found", "problem.offline": "The clinic could not be reached. Check your connection and try again.",
  "problem.internal": "Something went wrong at the clinic. Please try again later.", "problem.not_sent": "It was not sent. Please try again.",
  "problem.wait": "Please wait {n} seconds", "problem.details": "Details", "problem.code": "Code {code}",

  // Forms.
  "field.missing": "Please fill this in", "field.choose": "Please choose one", "field.wrong": "Please check the format",
  "field.short": "At least {n} characters", "field.range": "Please check the number", "field.of": "{name}: {text}", "field.summary": "{n} things need attention",
  "draft.restore": "Restore what was not saved", "choose": "Please choose",

  // Signing in.
  "signin": "Sign in", "signin.title": "Sign in", "signin.code": "By code", "signin.password": "By password",
  "signin.new": "No account yet? Your phone and the code make one.", "wechat.signin": "Sign in with WeChat", "wechat.bind": "Bind a phone", "wechat.bind.text": "This is your first sign-in with WeChat: give a phone number and its code, once.", "signin.again": "Please sign in again; nothing is lost",
  "signin.not_now": "Not now", "signin.somebody": "Somebody else", "signin.stay": "Stay signed in on this computer", "signout": "Sign out",
  "signout.unsaved": "Unsaved drafts will be deleted. Sign out?", "session.other": "{name} has signed in on another page.",
  "session.stay": "Stay as I am", "session.change": "Change to {name}", "session.out": "Signed out on another page", "phone": "Phone",
  "phone.wrong": "A phone number has 11 digits", "code": "Code", "code.get": "Get a code", "code.wait": "Again in {n} s",
  "code.sent": "The code has been sent to your phone.", "captcha": "Characters in the picture", "captcha.picture": "Picture with characters",
  "password": "Password", "password.show": "Show", "password.forgotten": "Forgot the password", "password.new": "New password",
  "password.set": "Set the password", "username": "User name", "totp": "One-time code",

  // Time.
  "time.now": "just now", "time.minutes": "{n} min ago", "time.today": "today {at}", "time.tomorrow": "tomorrow {at}",
  "time.yesterday": "yesterday {at}", "time.days_left": "{n} days", "time.hours_left": "{h} h {m} min", "time.zone": "Times are {zone}",

  // Home.
  "home.title": "Hello, {name}", "home.you": "Hello", "home.visitor": "See a doctor: start here", "home.next": "Your next visit",
  "home.next.open": "Open", "home.next.more": "{n} more", "home.next.days": "in {n} days", "home.unrated": "Your visit to {name} on {at} is not rated yet.", "home.family": "Ask for your family",
  "home.family.line": "for your family ({who})", "home.banners": "From the clinic", "home.open": "Open clinics", "home.all": "Show all",
  "home.hospitals": "Hospitals", "home.news": "Health reading", "door.book": "Book a visit", "door.book.line": "Choose a time, meet a doctor",
  "door.ask": "Ask a doctor", "door.ask.line": "In text and pictures", "door.visits": "My bookings", "door.visits.line": "Time, place, cancel",
  "door.call": "Call the clinic", "seats.left": "{n} seats left", "seats.none": "Full", "score": "{n} points", "stars": "{n} stars",
  "age": "{n} years", "name": "Name", "sex": "Sex", "sex.1": "male", "sex.2": "female", "birthday": "Date of birth", "idno": "ID number",
  "idno.wrong": "This ID number is not valid. Please check it.", "idno.fills": "Fills in date of birth and sex",
  "idno.told": "Born {birthday}, {sex}", "oneself": "myself", "submit": "Submit", "next": "Next",

  // Pictures.
  "pictures.most": "at most {n}", "pictures.add": "Add pictures", "pictures.n": "{n} pictures", "pictures.nth": "Picture {n}",
  "pictures.open": "Enlarge picture {n}", "pictures.remove": "Remove picture {n}", "pictures.sending": "Uploading",

  // Finding.
  "find.title": "Book a visit", "find.ask": "Ask a doctor", "find.activity": "Special activity", "find.box": "Find clinics and doctors",
  "find.hint": "Doctor, department or hospital; pinyin works too", "find.department": "Department", "find.target": "For whom", "find.sort": "Order", "find.sort.soon": "Soonest",
  "find.sort.time": "Newest", "find.sort.near": "Nearest", "find.sort.hot": "Most popular", "find.free": "Free only", "find.further": "More filters", "find.hospital": "Hospital", "find.org": "Organisation", "find.kinds": "Kind",
  "find.all": "All", "find.projects": "Free clinics", "find.doctors": "Doctors", "find.activities": "Special activities", "find.more": "All {n}",
  "find.none": "Nothing found. Try another word.", "find.no_activity": "No special activities at present",
  "find.no_place": "Your place is not known; the usual order is shown", "find.reset": "Clear filters", "find.joined": "Booked",

  // A doctor.
  "doctor.good_at": "Good at", "doctor.asks": "Consultation {amount}", "doctor.not_asked": "Takes no questions now", "doctor.ask": "Ask this doctor",
  "doctor.closed": "This doctor takes no consultations at present", "doctor.follow": "Follow", "doctor.unfollow": "Unfollow",
  "doctor.write": "Write to the doctor", "doctor.projects": "Coming clinics", "doctor.no_projects": "No clinics at present",
  "doctor.comments": "What patients say", "doctor.no_comments": "No ratings yet",

  // Booking.
  "book.title": "Book Dr. {name}", "book.form": "Booking", "book.review": "Check your booking", "book.doctor": "Doctor", "book.when": "When",
  "book.where": "Where", "book.who": "Patient", "book.who.later": "after signing in", "book.cost": "Cost",
  "book.deposit": "Deposit {amount}, returned after your visit", "book.slots": "Choose a time · {date} ({zone})",
  "book.pictures": "Reports and photos", "book.rule.free": "Free. If you cannot come, please cancel early for others.",
  "book.rule.deposit": "The deposit comes back by itself after your visit, or when you cancel before it begins; not if you do not come.",
  "book.confirm": "Confirm booking", "book.change": "Change", "book.done": "Booked", "book.joined": "You have booked this clinic",
  "book.held": "Your seat is held until the deposit is paid", "book.over": "This clinic has ended or was cancelled", "book.full": "This clinic is full. A seat opens up when somebody cancels.", "book.others": "Other clinics",
  "slot.left": "{n} left", "slot.full": "Full", "slot.over": "Over", "slot.calm": "quietest", "complaint": "What is wrong",
  "complaint.hint": "Since when, how it feels, what you have taken", "flags.title": "Chest pain, short of breath, sudden slurred speech or weakness?",
  "flags.text": "Call 120 at once; do not wait for an answer.", "flags.call": "Call 120",

  // Visits.
  "visits.title": "My bookings", "visits.coming": "Coming", "visits.cancelled": "Cancelled", "visits.missed": "Missed", "visits.done": "Done",
  "visits.refunds": "Refunds", "visits.none": "No bookings here", "visit.title": "Booking", "visit.slip": "Booking slip", "visit.number": "Number",
  "visit.bring": "Please bring", "visit.clinic": "Clinic", "visit.booked": "Booked",
  "visit.booked.text": "Please be there in time; the doctor writes the result here afterwards.",
  "visit.deposit_back": "The deposit comes back once the doctor confirms your visit.", "visit.unpaid": "To be paid",
  "visit.unpaid.text": "Your seat is kept for {left}. Pay the deposit of {amount}; otherwise the seat is given free by itself.",
  "visit.rejected": "Declined", "visit.cancelled": "Cancelled", "visit.missed": "Missed",
  "visit.missed.text": "You were not there. If you paid a deposit, the doctor can return it.", "visit.done": "Done", "visit.refunded": "Refunded",
  "visit.refunding": "Refund on its way", "visit.refunded.text": "{amount} went back the way it came.",
  "visit.refunding.text": "{amount} is on its way back.", "visit.book_again": "Book again",
  "visit.queue": "{n} before you, {m} of them at your time.", "visit.queue.first": "You are the first in line.", "visit.serving": "Now serving {at}.", "visit.print": "Print the slip", "visit.code": "Show this code at the desk, or read out the six digits", "visit.code.alt": "QR code of this booking",
  "visit.result": "Result", "visit.cant": "Cannot come?", "visit.cancel": "Cancel booking", "visit.cancel.free": "Your seat goes to somebody else.",
  "visit.cancel.deposit": "Cancelled before it begins, the deposit goes back.", "visit.cancel.ask": "Cancel the booking of {at}?",
  "visit.cancel.yes": "Yes, cancel", "visit.cancel.no": "Keep it", "visit.move": "Change the time", "visit.move.to": "Move to",
  "visit.move.yes": "Move", "visit.moved": "Moved", "problem.move_unknown": "Moving is not possible here: please cancel, then book again.",
  "rate.title": "Rate your visit", "rate.score": "Score", "rate.comment": "Your words", "rate.done": "Rated",

  // Paying.
  "pay.title": "Payment", "pay.go": "Pay", "pay.now": "Pay {amount}", "pay.amount": "Amount", "pay.left": "Please pay within {left}",
  "pay.rule.visit": "This is a deposit: it comes back after your visit, or when you cancel in time.",
  "pay.rule.consultation": "If no doctor answers in time, all of it comes back by itself.",
  "pay.rule.recharge": "Goes to your wallet, for team consults.", "pay.later": "Pay later", "pay.done": "Paid", "pay.done.text": "{amount} paid.",
  "pay.lapsed": "The hold has ended and nothing was charged; what was paid comes back by itself", "pay.slots": "Choose again",
  "pay.off": "This clinic takes no payments online.", "pay.scan": "Scan with WeChat to pay; this page follows by itself", "pay.in_wechat": "Please open this page inside WeChat to pay.",
  "problem.pay_cancelled": "You cancelled the payment.", "problem.pay_in_app": "This order is paid in the clinic's app, or at the clinic.",

  // Messages.
  "messages.title": "Messages", "messages.none": "No messages yet", "kind.chat": "Consultation", "kind.dialog": "Note",
  "kind.consult": "Team consult", "kind.direct": "Direct", "chat.log": "Conversation", "chat.none": "Nothing yet. Say something.",
  "chat.older": "{n} older", "chat.fresh": "{n} new", "chat.new_from": "New message from {name}", "chat.system": "System",
  "chat.write": "Write a message", "chat.send": "Send", "chat.picture": "Picture", "chat.pictures": "Pictures", "chat.voice": "Voice",
  "chat.recording": "Recording: press again to end", "chat.no_microphone": "No microphone: please write.", "chat.uploading": "Uploading…",
  "chat.sending": "Sending", "chat.sent": "Sent", "chat.read": "Read", "chat.unsent": "Not sent", "chat.unsent.again": "Not sent · Try again",
  "chat.menu": "More", "chat.retract": "Take back", "chat.retract.over": "Too late to take back", "chat.retracted": "{name} took a message back",
  "chat.retracted.mine": "Taken back", "dialog.hint": "At most 256 characters and 3 pictures",
  "direct.closed": "Writing is not possible: no open visit, or one of you has blocked the other.",

  // Consultations.
  "consultation.open": "Open the consultation", "ask.title": "Ask {name}", "ask.rule": "Up to {n} replies; money back if there is none in {h} hours", "ask.rule.free": "The doctor replies up to {n} times; it ends by itself without a reply within {h} hours",
  "ask.patient": "For whom", "ask.add_patient": "Add a family member", "ask.no_patient": "Please complete your profile first", "ask.reason": "Reason",
  "ask.pay": "Submit and pay {amount}", "ask.others": "Other doctors", "order.01": "To be paid",
  "order.01.text": "The doctor gets it once it is paid; unpaid it is cancelled by itself.", "order.02": "Cancelled",
  "order.02.text": "This consultation was cancelled.", "order.03": "Waiting for the doctor",
  "order.03.text": "The doctor will answer before {at}; otherwise your money comes back by itself.", "order.03.free": "The doctor replies before {at}; otherwise the consultation ends by itself.", "order.04": "Open",
  "order.04.text": "{n} more replies; ends by itself at {at}.", "order.04.none": "No replies left ({n} of {n} used)",
  "order.04.hint": "You may still write; the doctor will see it.", "order.05": "Expired, refund due",
  "order.05.text": "No answer in time; your money is on its way back.", "order.06": "Refund asked for",
  "order.06.text": "The refund is being handled.", "order.07": "Finished", "order.07.text": "The consultation is over; you may rate it.",
  "order.08": "Refunded", "order.08.text": "No answer in time; your money went back.", "order.09": "Refunded",
  "order.09.text": "Your money went back.", "order.refund": "Ask for a refund", "order.refund.ask": "Stop waiting and ask for a refund?",
  "order.cancel": "Cancel", "order.cancel.ask": "Cancel this consultation?", "order.head": "How it stands",
  "order.closed": "This consultation is over.", "diagnosis.title": "Diagnosis", "diagnosis.main": "Main", "diagnosis.second": "Other",
  "diagnosis.complaint": "Complaint", "diagnosis.past": "History",

  // Teams.
  "teams.title": "Teams", "teams.mine": "My teams", "teams.none": "You belong to no team yet", "teams.join": "Join a team",
  "teams.code": "Invitation code", "teams.code.hint": "The code or link that a doctor gave you", "teams.find": "Find teams",
  "teams.find.hint": "Name of a team; pinyin works too", "teams.running": "Running consults", "teams.past": "Past consults",
  "team.fee": "Consult {amount}", "team.balance": "Fee balance {amount}", "team.ask": "Ask the team", "team.join": "Join",
  "team.joined": "You have joined", "team.top_up": "Top up", "team.agreement": "Agreement", "team.agree": "I have read the agreement and accept it",
  "team.agree.first": "Please read and accept the agreement", "team.fee.amount": "Fee (yuan)",
  "team.fee.hint": "Comes from your wallet, which holds {amount}.", "team.need_code": "Joining needs an invitation code from a doctor.",
  "team.consult.fee": "{amount} each: from the fee balance first, then the wallet.", "consult.0": "Waiting",
  "consult.0.text": "The assistant brings in a doctor; until then you may cancel and get the fee back.", "consult.1": "Open",
  "consult.1.text": "A doctor has joined. Finish it when you are done.", "consult.2": "Finished", "consult.2.text": "This consult is over.",
  "consult.3": "Cancelled", "consult.3.text": "Cancelled; the fee went back.", "consult.cancel": "Cancel",
  "consult.cancel.ask": "Cancel this consult? The fee goes back.", "consult.finish": "Finish",
  "consult.finish.ask": "Nobody can write afterwards. Finish?", "consult.finished": "This consult is over",
  "consult.cancelled": "This consult was cancelled", "vas.offer": "Extra service", "vas.0": "To be confirmed", "vas.1": "Confirmed",
  "vas.2": "Rejected", "vas.balance": "From the fee balance, then the wallet ({amount}).", "vas.confirm": "Confirm",
  "vas.confirm.label": "Confirm {amount}", "vas.reject": "Reject", "vas.ask": "Buy “{name}” for {amount}?",

  // Contacts.
  "contacts.title": "Contacts", "contacts.none": "Doctors appear here after a visit.", "contact.banned": "Blocked",
  "contact.banned.text": "Blocked: neither of you can write or call.", "contact.over": "The visit is over, so writing is not possible.",
  "contact.no_visit": "No open visit, so writing is not possible.", "contact.no_call": "You cannot call this doctor now.", "contact.write": "Write",
  "contact.note": "Leave a note", "contact.page": "Doctor's page", "contact.nickname": "Nickname", "contact.nickname.label": "Nickname",
  "contact.rules": "What is allowed", "contact.ban": "Block", "contact.unban": "Unblock", "contact.calls.off": "Refuse calls",
  "contact.calls.on": "Accept calls",

  // Family, wallet, me.
  "family.title": "Family", "family.none": "Nobody here yet", "family.add": "Add a family member", "family.relation": "Relation",
  "family.card": "Hospital card", "family.card.number": "Card number", "family.card.bind": "Bind the card", "family.ask": "Ask for {name}",
  "family.remove": "Remove", "family.remove.ask": "Remove {name} from your family?", "wallet.title": "Wallet", "wallet.balance": "Balance",
  "wallet.spent": "{amount} spent so far", "wallet.recharge": "Recharge", "wallet.amount": "Amount (yuan)", "wallet.list": "Spending",
  "wallet.none": "Nothing spent yet", "expense.membership": "Membership fee", "expense.consult": "Team consult", "expense.vas": "Extra service",
  "source.wallet": "wallet", "source.fee": "fee balance", "me.title": "Me", "me.nameless": "No name yet", "me.visits": "{n} visits",
  "me.credit": "Credit {n}", "me.punctual": "Punctuality {n}", "me.care": "Care", "me.about": "About me", "me.clinic": "The clinic", "profile.title": "Profile",
  "profile.needed": "Please complete your profile before booking.", "profile.height": "Height (cm)", "profile.weight": "Weight (kg)",
  "profile.marital": "Marital status", "marital.0": "single", "marital.1": "married", "marital.2": "divorced", "marital.3": "widowed",
  "profile.drink": "Drinking", "profile.smoke": "Smoking", "profile.province": "Province", "profile.city": "City", "profile.county": "County",
  "profile.addr": "Address", "profile.email": "E-mail", "history.title": "Women's health",
  "history.why": "For the doctors who treat you; all of it may be left out.", "history.pregnancy_count": "Pregnancies",
  "history.birth_count": "Births", "history.menstrual_cycle": "Cycle", "history.menarche_age": "Age at menarche",
  "followed.title": "Followed doctors", "followed.none": "You follow nobody yet", "assistants.title": "My assistants",
  "assistants.none": "No assistants", "notices.title": "Notices", "notices.none": "No notices", "news.title": "Health reading",
  "news.none": "Nothing here yet",

  "call.video": "Video call", "call.audio": "Voice call",
};

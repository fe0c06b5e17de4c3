// The words of the doctor's page in English. Chinese has the same keys in the same order (doctor-zh-CN.js).

export default {
  // The frame.
  "menu.today": "Today", "menu.clinics": "Clinics", "menu.consultations": "Consults", "menu.teams": "Teams", "add": "Add", "remove": "Remove {name}",
  "delete.of": "Delete: {name}", "from": "From {at}", "page.before": "Previous page", "page.next": "Next page", "page.of": "Page {page} of {pages}, {total} in all",

  // Signing in.
  "doctor.signin": "Doctors' sign-in", "doctor.by_number": "Sign in with a doctor's number", "doctor.number": "Doctor's number", "doctor.password": "Sign-in password",
  "doctor.enter": "Sign in with the number", "doctor.new": "No doctor's account yet?", "register.title": "Register as a doctor",
  "register.line": "Fill in your profile after registering; an administrator then lets you in.", "register.have": "Have an account?",
  "verify.waits": "Your account waits for an administrator. Until then you can look around but not see patients.",
  "verify.refused": "Your profile was not approved. Please correct it; it will be looked at again.", "verify.profile": "See the profile",

  // Today.
  "today.title": "Today · {date}", "today.waits": "To do", "today.nothing": "Nothing waits.", "today.confirm": "{n} visits to confirm",
  "today.sessions": "Today's clinics", "today.no_session": "No clinic today.", "today.coming": "Coming up", "today.unread": "Unread", "today.read": "All is read",
  "due.left": "{left} left", "due.over": "Time is over", "due.reply_by": "Please reply by {at}; after that the fee goes back by itself.",
  "handover.title": "Open a visit by its code", "handover.line": "The patient's QR code or booking number.", "handover.number": "Booking number",
  "handover.wrong": "A booking number is made of digits", "handover.open": "Open", "handover.scan": "Scan the QR code", "handover.waiting": "Opening the camera…",
  "handover.no_camera": "No camera: please type the number.", "doctor.news": "News for doctors",

  // Free clinics.
  "clinics.title": "My clinics", "clinics.coming": "Coming", "clinics.past": "Past", "clinics.none": "No clinic is coming. Publish one and patients can book.",
  "clinics.none_past": "No past clinics", "clinics.publish": "Publish a clinic", "clinics.all": "All clinics", "clinics.list": "Open the list",
  "clinics.copy": "Copy to another day", "clinics.cancelled": "Cancelled", "clinics.filled": "{n} of {most} booked", "clinics.free": "{n} seats left",
  "seats": "{n} seats", "publish.title": "Publish a clinic", "publish.copy": "Copy a clinic", "publish.date": "Date", "publish.begin": "From", "publish.end": "To",
  "publish.people": "Seats", "publish.slots": "{n} seats → {sum}", "publish.slots.line": "one slot each half hour",
  "publish.no_slots": "Give times and seats to see the slots here.", "publish.addr": "Address", "publish.map": "Place on the map (may be left out)", "publish.map.hint": "With it patients find this session by what is nearest. No need to look anything up: press the button below while you are there; where you have been before it is filled in.", "publish.lng": "Longitude", "publish.lat": "Latitude",
  "publish.here": "Use my place", "publish.no_place": "Your place is not known: please type it.", "publish.target": "For whom",
  "publish.target.missing": "Choose at least one group", "publish.abstract": "Introduction", "publish.abstract.hint": "What for, and what to bring",
  "publish.price": "Deposit (yuan)", "publish.price.hint": "0 is free; goes back after the visit", "publish.special": "Activity", "publish.special.none": "None",
  "publish.past": "This time is over", "publish.done": "Published",

  // The queue and the record.
  "queue.title": "{date} {slot}", "queue.list": "Booked patients", "queue.done": "{n} done", "queue.waits": "{n} waiting", "queue.none": "Nobody has booked yet",
  "queue.pick": "Choose a patient", "queue.print": "Print the list", "queue.cancel": "Cancel the clinic", "queue.cancel.ask": "Cancel the clinic of {date}?",
  "queue.cancel.line": "{n} booked patients will be told, deposits go back.", "queue.cancel.yes": "Cancel and tell {n} people", "queue.time": "Time",
  "queue.who": "Sex, age", "queue.stay": "State", "stay.held": "Unpaid", "stay.booked": "Booked", "stay.done": "Done", "stay.missed": "Missed",
  "stay.rejected": "Declined", "stay.cancelled": "Cancelled", "visit.of": "Visit of {name}", "visit.queue.open": "Open the list of this clinic",
  "record.title": "Record", "record.no_complaint": "Nothing was written", "record.done": "Visit done", "record.missed": "Mark as missed",
  "record.missed.ask": "{name} did not come?", "record.reject": "Decline", "record.reject.ask": "Decline the booking of {name}?",
  "record.reject.phrases": "Common reasons", "record.phrase.1": "Your condition needs an emergency department soon; please do not wait for this clinic.",
  "record.phrase.2": "This clinic is not for your complaint; please book a doctor of the right department.",
  "record.phrase.3": "Please bring test reports first and book the next clinic.",
  "record.phrase.4": "This clinic is for other patients; please look out for the next one.", "record.reject.reason": "Reason (the patient reads it)",
  "record.reject.line": "The patient cannot book this clinic again; the deposit goes back.", "record.reject.yes": "Decline", "record.refund": "Give back {amount}",
  "record.refund.ask": "The patient missed the visit. Give the deposit back all the same?", "record.result": "Result",
  "record.result.hint": "Kept as a draft while you write; the patient sees it once saved.", "record.pictures": "Pictures of reports and prescriptions",
  "record.rate": "Rate the patient", "record.rated": "Rated", "record.credit": "Credit", "record.punctual": "Punctuality",

  // The patient.
  "patient.title": "Patient", "patient.body": "Height, weight", "patient.body.of": "{height} cm · {weight} kg", "patient.days": "{n} days", "patient.habits": "Habits", "patient.smokes": "Smokes",
  "patient.no_smoke": "No smoking", "patient.drinks": "Drinks", "patient.no_drink": "No alcohol", "patient.place": "Place", "patient.scores": "Scores",
  "patient.scores.of": "Credit {credit} · punctuality {punctual}", "patient.write": "Write", "patient.contact": "Contact", "history.title.doctor": "Earlier visits",
  "history.none": "No earlier visits",

  // Consultations.
  "consultations.title": "Consultations", "consultations.wait": "To answer", "consultations.open": "Open", "consultations.done": "Finished",
  "consultations.other": "Refunded", "consultations.none": "No consultation waits", "consultations.empty": "None here", "order.finish": "Finish", "order.number": "Order",
  "order.finish.ask": "Nobody can write after that. Finish this consultation?", "replies.next": "This will be reply {n} of {most}",
  "replies.several": "{n} messages: replies {from}–{to} of {most}",
  "replies.too_many": "These are {n} messages, but only {left} replies are left: take some pictures out.",
  "replies.left": "{n} replies left; it ends by itself at {at}.", "done.05": "Not answered in time; the fee is going back.",
  "done.06": "The patient has asked for the fee; it waits for a decision.", "done.07": "This consultation is finished.",
  "done.08": "Not answered in time; the fee went back.", "done.09": "The fee went back to the patient.", "doctor.hint": "Ctrl+Enter sends; // puts in a quick reply",
  "diagnosis.hint": "Name, pinyin or code", "diagnosis.save": "Save the diagnosis", "diagnosis.after_reply": "A diagnosis can be given after the first reply.",
  "diagnosis.none": "No diagnosis was given.", "conversation.side.chat": "Patient, question and diagnosis", "conversation.side.consult": "Patient, doctors and services",
  "messages.pick": "Choose a conversation", "direct.closed.doctor": "Writing is not possible: no open visit, or one of you has blocked the other.",

  // Contacts.
  "contacts.search": "Name or phone", "contacts.none.doctor": "Patients whom you treat stand here.", "contact.records": "Records",
  "contact.no_call.doctor": "Calling is not possible now.", "contact.calls.off.doctor": "Take no calls", "contact.calls.on.doctor": "Take calls",

  // Teams.
  "teams.create": "Found a team", "teams.none.doctor": "No team yet. Found one, or join with a colleague's code.", "teams.joined": "Joined",
  "teams.code.hint.doctor": "The code from your colleague", "team.name": "Team name", "team.introduction": "Introduction",
  "team.agreement.hint": "Patients read and accept it before joining", "team.consult_fee": "Consult fee", "team.fee.hint.doctor": "Yuan, for each consult",
  "team.founder": "Founder", "team.doctors": "Doctors", "team.doctors.n": "{n} doctors", "team.name_assistant": "Make assistant",
  "team.name_assistant.of": "Make assistant: {name}", "team.leave": "Leave the team", "team.leave.ask": "Leave “{name}”?", "team.invite": "Invite",
  "team.invite.line": "Patients scan or type the code; doctors type it under Teams.", "team.qr": "Invitation QR code", "team.valid": "Valid until",
  "team.members": "{n} members", "team.no_members": "No members yet: invite patients.", "team.balances": "Balances {amount}", "team.balance.word": "Balance",
  "team.since": "Joined", "team.consults": "Consults", "team.no_consults": "No consults yet", "group.0": "Waits for the assistant to bring doctors in.",
  "group.1": "Doctors are in: write, and offer services.", "group.2": "This consult is finished.", "group.3": "The patient has cancelled.",
  "group.doctors": "Doctors in the group", "group.assistant": "Assistant", "group.invite": "Bring doctors in", "group.choose": "Choose doctors first",
  "group.by_assistant": "The assistant brings doctors in.", "group.for": "For {name}, asked by {by}",
  "group.symptom": "The complaint is a picture or sound: see the conversation.", "group.services": "Services", "group.no_vas": "No service yet.", "vas.name": "Service",
  "vas.description": "Description", "vas.amount": "Amount (yuan)", "vas.send": "Offer", "vas.sent": "Offered; the patient decides",

  // Income.
  "income.title": "Income", "income.of": "{name} · income", "income.this_month": "This month", "income.withdrawable": "Can be withdrawn", "income.total": "In all",
  "income.fees": "Unused fees", "income.consults": "Consults", "income.mine": "My consults", "income.mine.services": "My services",
  "income.founder": "The founder withdraws.", "income.withdraw": "Withdraw {amount}", "income.withdraw.ask": "Withdraw all of {month}? An administrator decides.",
  "income.until": "From day {from} to day {to} of each month, the income of the month before; what is not taken by day {to} cannot be withdrawn any more.", "income.nothing": "There is no income of last month to withdraw.", "income.closed": "Not now: the income of the month before is withdrawn from day {from} to day {to} of each month, and not later.",
  "income.doctors": "By doctor", "income.month": "Month {month}", "income.month.word": "Month", "income.month.of": "Income {income}, withdrawn {withdrawn}",
  "income.amount": "Amount", "income.state": "State", "income.asked": "Asked", "income.none": "nothing", "income.history": "Withdrawals",
  "income.no_history": "None yet", "income.services": "Services I offered", "withdrawal.0": "Waits", "withdrawal.1": "Approved", "withdrawal.2": "Refused",

  // Me.
  "me.more": "More", "me.visits.word": "Clinics held", "me.patients": "Patients", "me.hours": "Hours", "me.score": "Score", "price.title": "Consultations",
  "price.line": "A change of price holds for later orders.", "price.open": "Take consultations", "price.amount": "Price (yuan)", "week.title": "Working half-days",
  "week.morning": "Morning", "week.afternoon": "Afternoon", "week.0": "Monday", "week.1": "Tuesday", "week.2": "Wednesday", "week.3": "Thursday", "week.4": "Friday",
  "week.5": "Saturday", "week.6": "Sunday", "profile.verified": "Verified profile",
  "profile.again": "Changes here are looked at again; until then you cannot see patients.", "profile.ask": "An administrator looks at it again. Save?",
  "profile.more": "Expertise and honours", "profile.honours": "Honours", "profile.hospital": "Hospital", "profile.department": "Department",
  "profile.position": "Position", "profile.abstract": "About me", "profile.photos": "Licence pictures", "profile.photo.missing": "Add a picture of your licence",
  "profile.idno.hint": "Shown as dots", "orgs.title": "Organisations", "orgs.mine": "Mine", "orgs.none": "None yet.", "orgs.others": "Others", "orgs.search": "Name",
  "orgs.state.0": "Waits", "orgs.state.1": "Member", "orgs.state.2": "Refused", "orgs.join": "Ask to join", "orgs.join.of": "Ask to join: {name}", "orgs.leave": "Leave",
  "orgs.leave.of": "Leave: {name}", "orgs.leave.ask": "Leave “{name}”?", "clinic.title": "My clinic", "clinic.find": "Find a clinic", "clinic.name.exact": "Full name",
  "clinic.found": "Found a clinic", "clinic.name": "Name", "clinic.introduction": "Introduction", "clinic.doctor": "Doctor's name", "clinic.add": "Add the doctor",
  "clinic.name_supervisor": "Make supervisor", "clinic.supervisor": "Supervisor", "clinic.rights": "Only founder and supervisor can change it.",
  "clinic.not_one": "Not exactly one doctor: please give the full name.", "ratings.title": "Ratings", "ratings.none": "No ratings yet", "replies.title": "Quick replies",
  "replies.line": "Type // and a word while writing to put one in.", "replies.search": "Title or text", "replies.none": "None yet", "replies.new": "A new one",
  "replies.word": "Title", "replies.text": "Text", "replies.drop": "Delete “{name}”?",
};

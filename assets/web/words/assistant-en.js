// The assistant's words in English. Chinese has the same keys in the same order (assistant-zh-CN.js).

export default {
  "menu.patients.mine": "Patients", "menu.book": "Book", "menu.bookings": "Bookings",
  "assistant.join": "No account yet? Ask the clinic, or register in the app.",
  "assistant.waiting": "An administrator has to let you in first. Until then you can look around.", "assistant.fill": "Fill in the profile",
  "assistant.notices": "{n} notices", "assistant.coming": "Coming up", "assistant.none_coming": "No bookings ahead.", "assistant.helped": "{n} people helped",
  "assistant.news": "News for assistants", "assistant.team": "Team", "assistant.rewait": "A changed name or ID number has to be verified again.",
  "patient.new": "New patient", "patient.new.line": "Also for those without a phone", "book.line": "Choose a time for them", "patients.line": "Find and look up",
  "patient.bind": "Add a patient who has an account", "patient.bind.text": "The patient’s phone receives a code: have it read out.",
  "patient.bind.hint": "Get the code first", "patient.bind.sent": "The code is on the patient’s phone", "patient.bind.do": "Add", "patient.phone": "Patient’s phone",
  "patients.find": "Find a patient", "patients.hint": "Name, pinyin, phone", "patients.none": "No patients yet", "patient.age": "Age", "patient.visits": "Visits",
  "patient.visits.n": "{n} booked, {m} done", "patient.made": "The patient is in", "patient.another": "Another one",
  "patient.phone.hint": "May be left out; with it they can sign in", "patient.password": "Password", "patient.password.hint": "Let the patient choose one, or take this",
  "patient.password.keep": "Write it down for the patient, or print it.", "book.for": "Patient", "book.for.name": "Book for {name}",
  "book.payer": "Deposits are paid by the patient, not by you.", "book.unpaid": "waits for the patient’s deposit", "book.next": "The next patient",
  "booking.mine": "{n} of mine", "booking.none": "No bookings yet", "booking.nobody": "None of your patients is in it", "booking.more": "Book one more",
  "booking.slips": "Slips", "booking.print_all": "Print all slips", "booking.cancel.ask": "Cancel the booking of {name} at {at}?",
  "booking.cancel.of": "Cancel booking: {name}", "booking.print.of": "Print the slip: {name}",
};

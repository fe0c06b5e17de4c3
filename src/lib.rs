//! # Xuanhu (悬壶): one binary that is a whole telemedicine server for a small clinic
//!
//! Four older client APIs see one clinic: the same doctor, patient and visit through each of them. The trade's terms, with each API's own words
//! for them, stand in the glossary of [`domain`].
//!
//! ## Layers
//!
//! An import goes to a lower layer; rooms of one layer do not know each other, and no two files need each other, not even by way of others. A
//! test reads the module graph and forbids the rest.
//!
//! | layer | rooms | what happens there |
//! | --- | --- | --- |
//! | program | `main`, [`cli`] | commands |
//! | server | [`server`] | listens, speaks TLS, starts and stops |
//! | interfaces | [`http`], [`gateway`], [`web`] | the HTTP APIs, the live WebSocket gateway, embedded pages |
//! | work | [`jobs`], [`demo`], [`tables`], [`own_data`] | timed work and the outbox; the fictional clinic; CSV in and out; what a person gets of the own data |
//! | application | [`app`] | opens everything and hands it out |
//! | presence | [`live`], [`backup`] | who is connected, and the calls that go on; backups made, looked at, restored |
//! | domain | [`domain`] | terms and rules; no HTTP, no JSON |
//! | resources | [`store`], [`search`], [`providers`] | typed rows in sled; the keyword index in tantivy; services outside |
//! | base | [`base`] | error, id, time, money, page, secret, settings |
//!
//! ## A walk: a patient takes a seat
//!
//! `POST /project/{id}/join` comes through [`server::accept`], which guards the connection, into [`http::Dispatcher`]: the path is matched to a
//! row of `http::volunteer_doctor::patient`, the token to a session, the body to fields. The row says `Write`, so its handler becomes a job on
//! the store's one writer thread. It takes the form and calls [`domain::free_clinic::joining::join`], which takes the seat, asks for the deposit
//! and answers with rows; the handler makes a view of them. Only when the commit is on disk does the envelope of the API go out.
//!
//! ## A walk: the hold lapses
//!
//! Nobody pays. The registration lies in an index by the time at which its hold ends. [`jobs`] looks there at every tick and runs
//! [`domain::free_clinic::registration::lapse_due`] as a job: the seat is free, the payment closed. Was the server down? Then it happens at start.
//!
//! ## A walk: money goes back
//!
//! A doctor confirms the visit: [`domain::free_clinic::visit::confirm`] writes the refund, and an event in the same commit. The worker in
//! [`jobs::outbox`] finds the event, has the embedded provider send the money, and books it on the [`domain::money::ledger`] in the commit that
//! forgets the event. A kill in between repeats the step; booking it twice changes nothing. WeChat Pay takes longer: its refunds, and orders that
//! it may know more of than it has told, wait in a stream of events of their own until it says how they stand. Each payment goes back the way it
//! came.
//!
//! ## A walk: a message reaches a phone
//!
//! Whoever writes, over HTTP or through the gateway, comes to the rules of that conversation and then to [`domain::messaging::message::post`],
//! which gives the message its number in every participant's inbox and notes a live event, all in one commit. [`jobs::outbox::live`] reads the
//! event and tells [`live`]; each connection of [`gateway`] reads its member's inbox from where it was. A phone that is not connected is woken by
//! `push`, if the clinic has set that up, and reads from where it was when it comes back.
//!
//! ## To add an endpoint
//!
//! In its chapter under `http`, a row, what it takes and what it gives:
//!
//! ```text
//! post(SECTION, "/api/im/doctor-nickname", PATIENT, run!(Write(name_doctor)), "设置医生联系人备注"),
//!
//! form! {
//!     pub struct NameDoctor {
//!         /// 医生 id
//!         doctor_id = "doctorId": DoctorId,
//!         /// 备注
//!         nickname: Sent<Text<30>>,
//!     }
//! }
//!
//! #[derive(Serialize, JsonSchema)]
//! pub struct NicknameView { nickname: String }
//!
//! fn name_doctor(cx: &Cx, db: &mut Tx, form: NameDoctor) -> Result<NicknameView> { … }
//! ```
//!
//! The row is one line: `run!` says where the handler runs ([`Run`](http::core::table::Run)) and makes it a row's; the view becomes the payload in the
//! API's envelope, [other answers](http::core::typed) are `Created`, `Done`, `Empty`, `Beside`. A field is one line: its name in a request, its kind,
//! whose limits are in its type, and whether it may be missing (`Option`, `OrEmpty`) or changes something (`Patch`, `Filled`). Kinds are in
//! `http::core::typed::kind`, each above a reader of [`http::core::fields`]; an API's own kind implements `Kind` beside the form that uses it. The 400
//! that names every field at fault, the operation in `/openapi.json` and the test that holds each answer against its schema follow from these.
//! A sentence that the title does not say goes on the row: `.says("…")`, in English.
//!
//! The rule is a verb in its context under `domain`; a new reason is added to `http::core::openapi::slugs`; the scenario goes into the folder of
//! `tests/all` that has the API's name: `tests/all/coverage.rs` names the endpoint that nobody calls, `tests/all/access.rs` asks each row who may
//! call it. A handler may still read its request itself (`typed::untyped`, or the rows of `http::core::table`); what it takes and gives then stands
//! in `data/contract/`, by hand.
//!
//! ## To add an entity
//!
//! A file in its context of `domain`: the row in a module `v1` with [`store::Row`], its indexes, its verbs; its kind in [`base::id`], where others
//! name it. A line in [`domain::TABLES`] with the next code, a line in `tests/all/golden.rs`, whose file `GOLDEN=write cargo test golden` extends.
//! Where administrators change it, a file in `http::admin` that says how its rows are listed, made and changed (`Resource`), and an entry in
//! `assets/web/admin/resources.js`. The row says whose it is, what it names and
//! how long it is kept (`class`, `owner`, `refers_to`); where it names a person or a place, `tests/all/references.rs` names what
//! [`domain::clinic_wide::removal`] and [`domain::clinic_wide::merger`] then still forget.
//!
//! ## To serve a table as FHIR
//!
//! The row says that it is noted when it changed ([`store::Row::TOUCHED`], `changed_at`), and where other rows show something of it,
//! [`domain::clinic_wide::touching`] says so. A function in `http::fhir::resource` makes the resource, a line in `http::fhir::source` names the table,
//! an entry of `http::fhir::served` the type with its search parameters: searches, includes, `$everything`, `$export`, `/fhir/metadata` and the tests
//! follow from that. Whose rows they are and to which doctor they came is [`domain::clinic_wide::shown`]'s to know.
//!
//! ## To add a setting
//!
//! A field of its section in `base::settings::sections` with its key, its kind, its default and what it means, and the place that reads it. `xuanhu
//! config` shows it, a mistyped one is named with its nearest neighbour.
//!
//! ## To add timed work
//!
//! A verb of the domain that does a bounded part of what is due and answers how much it did, found through an index by time, and a line in
//! `jobs::SCHEDULE`.
//!
//! ## To add an outside service
//!
//! Its side of the wire in [`providers`] behind the trait or enum of its kind, with nothing that needs a network unless it is configured; its
//! section of settings; where it is asked after a commit, a stream in [`domain::shared::event`], a file in [`jobs::outbox`] that says what waits and
//! how one of it is tried, and its row in [`jobs::outbox::CONSUMERS`]. The loop, the pauses, the log's lines and the metrics are there.

pub mod app;
pub mod backup;
pub mod base;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod gateway;
pub mod http;
pub mod jobs;
pub mod live;
pub mod own_data;
pub mod providers;
pub mod search;
pub mod server;
pub mod store;
pub mod tables;
pub mod web;

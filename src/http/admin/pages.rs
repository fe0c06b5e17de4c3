//! `/admin/news`, `/admin/banners`: what the clients' pages show. `type` says whose: 1 patients, 2 doctors, 3 assistants.

use serde::Serialize;

use super::{
    form,
    listing::{self, Asked},
};
use crate::{
    base::{
        error::{Result, invalid, missing},
        id::{AnyId, Id},
        time::Time,
    },
    domain::{
        identity::{
            account::Role,
            audit::{self, Action, Subject},
        },
        notice::news::{self, Banner, News},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Read, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/news",         ADMIN, Heavy(list_news),     "公告列表"),
    post  ("admin", "/admin/news",         ADMIN, Write(create_news),   "新增公告"),
    get   ("admin", "/admin/news/{id}",    ADMIN, Read(show_news),      "公告详情"),
    patch ("admin", "/admin/news/{id}",    ADMIN, Write(change_news),   "修改公告"),
    delete("admin", "/admin/news/{id}",    ADMIN, Write(remove_news),   "删除公告"),
    get   ("admin", "/admin/banners",      ADMIN, Heavy(list_banners),  "广告列表"),
    post  ("admin", "/admin/banners",      ADMIN, Write(create_banner), "新增广告"),
    get   ("admin", "/admin/banners/{id}", ADMIN, Read(show_banner),    "广告详情"),
    patch ("admin", "/admin/banners/{id}", ADMIN, Write(change_banner), "修改广告"),
    delete("admin", "/admin/banners/{id}", ADMIN, Write(remove_banner), "删除广告"),
];

fn list_news(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    listing::reply(news::find(&db, reader(request)?, &asked.needle, asked.page)?, |news| Ok(NewsView::of(&db, news)))
}

fn create_news(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let news = News {
        id: Id::NONE,
        reader: reader(request)?.ok_or_else(|| missing("type"))?,
        title: request.text("title", 200)?,
        photo: request.picture_or_empty("photo")?,
        content: request.prose_or_empty("content", 100_000)?,
        published_at: publish_time(db, request)?.unwrap_or(db.now),
    };
    let news = news::save(db, news)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::News, news.id)?;
    Reply::bare(201, &NewsView::of(db, news))
}

fn show_news(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&NewsView::of(db, db.need(request.path_id("id")?)?))
}

fn change_news(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let news: News = db.need(request.path_id("id")?)?;
    let news = News {
        id: news.id,
        reader: reader(request)?.unwrap_or(news.reader),
        title: form::filled(request, "title", 200)?.unwrap_or(news.title),
        photo: form::picture(request, "photo")?.unwrap_or(news.photo),
        content: form::prose(request, "content", 100_000)?.unwrap_or(news.content),
        published_at: publish_time(db, request)?.unwrap_or(news.published_at),
    };
    let news = news::save(db, news)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::News, news.id)?;
    Reply::of(&NewsView::of(db, news))
}

fn remove_news(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let news: News = db.need(request.path_id("id")?)?;
    news::remove(db, news.id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::News, news.id)?;
    Reply::empty()
}

/// `type`, as the clients number themselves.
fn reader(request: &Request) -> Result<Option<Role>> {
    Ok(request.integer_or_none("type", 1..=3)?.and_then(Role::from_number))
}

/// `2018-02-17 13:00:00` in the clinic's zone.
fn publish_time(db: &View, request: &Request) -> Result<Option<Time>> {
    let Some(text) = request.word_or_none("publish_time", 30)? else { return Ok(None) };
    let moment = text.parse::<jiff::civil::DateTime>().ok().and_then(|at| db.settings.clinic.zone.moment(at.date(), at.time()));
    moment.map(Some).ok_or_else(|| invalid("publish_time", "应为时间，如 2018-02-17 13:00:00"))
}

#[derive(Serialize)]
struct NewsView {
    id: AnyId,
    #[serde(rename = "type")]
    kind: u8,
    title: String,
    photo: String,
    content: String,
    publish_time: String,
}

impl NewsView {
    fn of(db: &View, news: News) -> NewsView {
        NewsView {
            id: news.id.any(),
            kind: news.reader.number(),
            title: news.title,
            photo: news.photo,
            content: news.content,
            publish_time: db.settings.clinic.zone.date_time(news.published_at),
        }
    }
}

fn list_banners(cx: &Cx, request: &Request) -> Result<Reply> {
    let (db, asked) = (cx.view(), Asked::of(request)?);
    listing::reply(news::find_banners(&db, reader(request)?, &asked.needle, asked.page)?, |banner| Ok(BannerView::from(banner)))
}

fn create_banner(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let banner = Banner {
        id: Id::NONE,
        reader: reader(request)?.ok_or_else(|| missing("type"))?,
        title: request.text("title", 200)?,
        photo: request.picture_or_empty("photo")?,
        jump_mode: jump_mode(request)?.unwrap_or(0),
        jump_id: request.id_or_zero("jump_id")?,
        href: request.page_address_or_empty("href")?,
        created_at: db.now,
    };
    let banner = news::save_banner(db, banner)?;
    audit::note(db, &cx.actor()?, Action::Create, Subject::Banner, banner.id)?;
    Reply::bare(201, &BannerView::from(banner))
}

fn show_banner(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&BannerView::from(db.need::<Banner>(request.path_id("id")?)?))
}

fn change_banner(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let banner: Banner = db.need(request.path_id("id")?)?;
    let banner = Banner {
        reader: reader(request)?.unwrap_or(banner.reader),
        title: form::filled(request, "title", 200)?.unwrap_or(banner.title),
        photo: form::picture(request, "photo")?.unwrap_or(banner.photo),
        jump_mode: jump_mode(request)?.unwrap_or(banner.jump_mode),
        jump_id: form::reference(request, "jump_id")?.unwrap_or(banner.jump_id),
        href: form::emptied(request, "href", |name| request.page_address_or_empty(name).map(Some))?.unwrap_or(banner.href),
        ..banner
    };
    let banner = news::save_banner(db, banner)?;
    audit::note(db, &cx.actor()?, Action::Update, Subject::Banner, banner.id)?;
    Reply::of(&BannerView::from(banner))
}

fn remove_banner(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let banner: Banner = db.need(request.path_id("id")?)?;
    news::remove_banner(db, banner.id)?;
    audit::note(db, &cx.actor()?, Action::Delete, Subject::Banner, banner.id)?;
    Reply::empty()
}

fn jump_mode(request: &Request) -> Result<Option<u8>> {
    Ok(request.integer_or_none("jump_mode", 0..=9)?.and_then(|mode| u8::try_from(mode).ok()))
}

#[derive(Serialize)]
struct BannerView {
    id: AnyId,
    #[serde(rename = "type")]
    kind: u8,
    title: String,
    photo: String,
    jump_mode: u8,
    jump_id: AnyId,
    href: String,
    created_at: String,
}

impl From<Banner> for BannerView {
    fn from(banner: Banner) -> BannerView {
        BannerView {
            id: banner.id.any(),
            kind: banner.reader.number(),
            title: banner.title,
            photo: banner.photo,
            jump_mode: banner.jump_mode,
            jump_id: banner.jump_id,
            href: banner.href,
            created_at: banner.created_at.rfc3339(),
        }
    }
}

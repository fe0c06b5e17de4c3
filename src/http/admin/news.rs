//! `/admin/news`: what the clients' pages tell. `type` says whose: 1 patients, 2 doctors, 3 assistants.

use serde::Serialize;

use super::{
    form,
    listing::{Asked, Listing},
    resource::{self, Resource},
};
use crate::{
    base::{
        error::{Result, invalid, missing},
        id::{AnyId, Id},
        page::Slice,
        time::Time,
    },
    domain::{
        identity::audit::Subject,
        notice::news::{self, News},
    },
    http::core::{
        context::Cx,
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
    get   ("admin", "/admin/news",      ADMIN, Heavy(resource::list::<News>),   "公告列表"),
    post  ("admin", "/admin/news",      ADMIN, Write(resource::create::<News>), "新增公告"),
    get   ("admin", "/admin/news/{id}", ADMIN, Read(resource::show::<News>),    "公告详情"),
    patch ("admin", "/admin/news/{id}", ADMIN, Write(resource::change::<News>), "修改公告"),
    delete("admin", "/admin/news/{id}", ADMIN, Write(resource::remove::<News>), "删除公告"),
];

impl Resource for News {
    const SUBJECT: Subject = Subject::News;
    const LISTING: Listing<News> = Listing {
        filters: &["type"],
        time: Some(|news| news.published_at),
        sorts: &[
            ("id", |_, news| Ok(news.id.into())),
            ("type", |_, news| Ok(u64::from(news.reader.number()).into())),
            ("title", |_, news| Ok(news.title.as_str().into())),
            ("publish_time", |_, news| Ok(news.published_at.into())),
            ("created_at", |_, news| Ok(news.published_at.into())),
        ],
    };
    type View = NewsView;

    fn find(_: &Cx, db: &View, request: &Request, asked: Asked) -> Result<Slice<News>> {
        news::find(db, form::reader(request)?, &asked.needle, asked.page)
    }

    fn view(db: &View, news: News) -> Result<NewsView> {
        Ok(NewsView {
            id: news.id.any(),
            kind: news.reader.number(),
            title: news.title,
            photo: news.photo,
            content: news.content,
            publish_time: db.settings.clinic.zone.date_time(news.published_at),
        })
    }

    fn create(db: &mut Tx, request: &Request) -> Result<News> {
        let news = News {
            id: Id::NONE,
            reader: form::reader(request)?.ok_or_else(|| missing("type"))?,
            title: request.text("title", 200)?,
            photo: request.picture_or_empty("photo")?,
            content: request.prose_or_empty("content", 100_000)?,
            published_at: publish_time(db, request)?.unwrap_or(db.now),
        };
        news::save(db, news)
    }

    fn change(db: &mut Tx, mut news: News, request: &Request) -> Result<News> {
        news.reader = form::reader(request)?.unwrap_or(news.reader);
        news.title = form::filled(request, "title", 200)?.unwrap_or(news.title);
        news.photo = form::picture(request, "photo")?.unwrap_or(news.photo);
        news.content = form::prose(request, "content", 100_000)?.unwrap_or(news.content);
        news.published_at = publish_time(db, request)?.unwrap_or(news.published_at);
        news::save(db, news)
    }

    fn remove(db: &mut Tx, id: Id<News>) -> Result<()> {
        news::remove(db, db.need::<News>(id)?.id)
    }
}

/// `2018-02-17 13:00:00` in the clinic's zone.
fn publish_time(db: &View, request: &Request) -> Result<Option<Time>> {
    let Some(text) = request.word_or_none("publish_time", 30)? else { return Ok(None) };
    let moment = text.parse::<jiff::civil::DateTime>().ok().and_then(|at| db.settings.clinic.zone.moment(at.date(), at.time()));
    moment.map(Some).ok_or_else(|| invalid("publish_time", "应为时间，如 2018-02-17 13:00:00"))
}

#[derive(Serialize)]
pub struct NewsView {
    id: AnyId,
    #[serde(rename = "type")]
    kind: u8,
    title: String,
    photo: String,
    content: String,
    publish_time: String,
}

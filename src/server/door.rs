//! The one filter that every request goes through: a built-in page where the path names one, an API otherwise. It never rejects, so warp makes and
//! boxes no rejection.

use std::sync::Arc;

use warp::{Filter, filters::BoxedFilter, reply::Response};

use crate::{
    http::{Dispatcher, core::asked::Asked},
    web::Pages,
};

pub fn filter(pages: Pages, http: Dispatcher) -> BoxedFilter<(Response,)> {
    let both = Arc::new((pages, Arc::new(http)));
    let asked = warp::ext::get::<Asked>().and(warp::body::stream());
    let answered = asked.then(move |asked: Asked, body| {
        let both = both.clone();
        async move {
            let (pages, http) = &*both;
            match pages.find(&asked.method, asked.path()) {
                Some(found) => pages.answer(found, asked.query(), &asked.headers).await,
                None => http.answer(asked, body).await,
            }
        }
    });
    answered.boxed()
}

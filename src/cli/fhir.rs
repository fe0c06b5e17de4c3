//! `xuanhu fhir export`: the files of an export in a directory, from a running server or a stopped one, which then answers itself.

use std::{
    fs::{self, DirBuilder},
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use bytes::Bytes;
use clap::{Args, Subcommand};
use futures_util::stream;
use http_body_util::BodyExt;
use hyper::{HeaderMap, Method, header};
use serde_json::Value;
use tokio::runtime::{self, Runtime};

use super::{
    client::{self, Client},
    common::{Common, note, private, say},
    data_dir::DataDir,
};
use crate::{
    app::App,
    backup::contents::cannot_write,
    base::error::{INTERNAL, Kind, Reason, Result},
    http::{
        APIS, Dispatcher,
        core::{
            asked::Asked,
            peer::{Patience, Peer},
        },
    },
};

/// FHIR R4 without HTTP
#[derive(Args)]
pub struct Fhir {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write every resource into a directory, a file of JSON lines for each type, while the server runs or not
    Export(Export),
}

#[derive(Args)]
struct Export {
    /// Only what changed since then, and what was deleted: the transactionTime of the export before
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// Only these types, with commas between: Patient,Encounter
    #[arg(long = "type", value_name = "TYPES")]
    types: Option<String>,

    /// A directory that is empty, or is made
    dir: PathBuf,
}

const NOT_EMPTY: Reason =
    Reason::new(Kind::Conflict, "not_empty", "the directory is not empty; name another, or one that is not there yet");
const NOT_BEGUN: Reason = Reason::new(Kind::Internal, "not_begun", "the export was not begun");

/// Between two looks whether it is done.
const PAUSE: Duration = Duration::from_millis(200);

pub fn run(common: &Common, fhir: &Fhir) -> Result<()> {
    let Command::Export(export) = &fhir.command;
    let dir = export.dir.as_path();
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|e| cannot_write(dir, e))?;
    if fs::read_dir(dir).map_err(|e| cannot_write(dir, e))?.next().is_some() {
        return Err(NOT_EMPTY.with(dir.display().to_string()));
    }
    let way = match DataDir::find(common)? {
        DataDir::Running(client) => Way::Server(client),
        DataDir::Stopped(app) => Way::here(app)?,
    };
    let asked = [("_since", &export.since), ("_type", &export.types)];
    let asked: Vec<(&str, &str)> = asked.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect();
    let query = serde_urlencoded::to_string(asked).map_err(|e| INTERNAL.caused_by(e))?;
    let begun: Value = way.json(&format!("/fhir/$export?{query}"))?;
    let address = begun["issue"][0]["diagnostics"].as_str().ok_or_else(|| NOT_BEGUN.err())?;
    let job = address.rsplit('/').next().unwrap_or_default();
    let manifest = loop {
        let answer = way.json(&format!("/fhir/export/{job}"))?;
        if answer["output"].is_array() {
            break answer;
        }
        thread::sleep(PAUSE);
    };
    let fetched = fetch(&way, job, &manifest, dir);
    // Its files lie in the directory now, or nobody wants them.
    if let Err(error) = way.send("DELETE", &format!("/fhir/export/{job}"), &mut std::io::sink()) {
        note(&format!("xuanhu: the export could not be taken away from the server: {error}"));
    }
    fetched
}

fn fetch(way: &Way, job: &str, manifest: &Value, dir: &Path) -> Result<()> {
    for file in ["output", "deleted"].into_iter().flat_map(|list| manifest[list].as_array().into_iter().flatten()) {
        let name = file["url"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
        let path = dir.join(name);
        let mut out = private(&path)?;
        way.send("GET", &format!("/fhir/export/{job}/{name}"), &mut out)?;
        out.flush().map_err(|e| cannot_write(&path, e))?;
        say(&format!("{name}  {}", file["count"]));
    }
    let path = dir.join("manifest.json");
    let mut out = private(&path)?;
    serde_json::to_writer_pretty(&mut out, manifest).map_err(|e| INTERNAL.caused_by(e))?;
    out.flush().map_err(|e| cannot_write(&path, e))
}

/// Who answers.
enum Way {
    Server(Client),
    Here { runtime: Runtime, http: Arc<Dispatcher>, token: String },
}

impl Way {
    fn here(app: Arc<App>) -> Result<Way> {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|e| INTERNAL.caused_by(e))?;
        let token = app.admin_token.clone();
        Ok(Way::Here { runtime, http: Arc::new(Dispatcher::new(app, APIS)), token })
    }

    /// JSON that stands at a path; null where there is none yet.
    fn json(&self, path: &str) -> Result<Value> {
        let mut bytes = Vec::new();
        self.send("GET", path, &mut bytes)?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    fn send(&self, method: &str, path: &str, out: &mut dyn Write) -> Result<()> {
        let (runtime, http, token) = match self {
            Way::Server(client) => return client.stream(method, path, out),
            Way::Here { runtime, http, token } => (runtime, http, token),
        };
        let mut headers = HeaderMap::new();
        headers.insert(
            header::AUTHORIZATION,
            format!("Bearer {token}").parse().map_err(|e: header::InvalidHeaderValue| INTERNAL.caused_by(e))?,
        );
        let asked = Asked {
            method: Method::from_bytes(method.as_bytes()).map_err(|e| INTERNAL.caused_by(e))?,
            uri: path.parse().map_err(|e: hyper::http::uri::InvalidUri| INTERNAL.caused_by(e))?,
            headers: Arc::new(headers),
            peer: Peer(([127, 0, 0, 1], 0).into()),
            upgrade: None,
            patience: Patience::new(Duration::from_secs(60)),
        };
        runtime.block_on(async {
            let response = http.answer(asked, stream::empty::<Result<Bytes, _>>()).await;
            let status = response.status().as_u16();
            let mut body = response.into_body();
            if !(200..300).contains(&status) {
                let bytes = body.collect().await.map_err(|e| INTERNAL.caused_by(e))?.to_bytes();
                return Err(client::refusal(status, &bytes));
            }
            while let Some(frame) = body.frame().await {
                if let Ok(piece) = frame.map_err(|e| INTERNAL.caused_by(e))?.into_data() {
                    out.write_all(&piece).map_err(|e| cannot_write(Path::new(path), e))?;
                }
            }
            Ok(())
        })
    }
}

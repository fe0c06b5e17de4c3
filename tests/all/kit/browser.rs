//! A browser at the web pages: Debian's chromium, driven through chromedriver as a finger would. Faults of a page (its console, its
//! policy, requests to anybody else) are gathered from its first line on.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder, Locator, error::CmdError, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use warp::http::Method;

use super::server::{empty_dir, runtime};

/// For what a page does by itself: on a busy machine a browser is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs in each page before its own scripts.
const WATCH: &str = r#"
    window.faults = [];
    addEventListener("error", (event) => faults.push("error: " + (event.message ?? event.target?.src)));
    addEventListener("unhandledrejection", (event) => faults.push("rejection: " + (event.reason?.stack ?? event.reason)));
    document.addEventListener("securitypolicyviolation", (event) => faults.push("policy: " + event.violatedDirective + " " + event.blockedURI));
    for (const name of ["error", "warn"]) {
        const real = console[name];
        console[name] = (...words) => { faults.push(name + ": " + words.map((word) => word?.stack ?? word).join(" ")); real.apply(console, words); };
    }
"#;

pub struct Browser {
    client: Option<Client>,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    pub fn open() -> Browser {
        let profile = empty_dir();
        let log = fs::File::create(profile.path().join("log")).unwrap();
        let mut driver = Command::new("chromedriver")
            .args(["--port=0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("no chromedriver on the PATH: install it (apt-get install chromium-driver)");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.by_ref().find_map(|line| {
            let line = line.unwrap();
            line.split("on port ")
                .nth(1)
                .map(|rest| rest.trim_end_matches('.').to_owned())
                .filter(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        });
        // It goes on talking; nobody must make it wait.
        std::thread::spawn(move || lines.for_each(drop));
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--mute-audio",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--lang=zh-CN",
        ];
        let directory = format!("--user-data-dir={}", profile.path().join("chromium").display());
        let arguments: Vec<&str> = arguments.into_iter().chain([directory.as_str()]).collect();
        let mut capabilities = Map::new();
        capabilities.insert("goog:chromeOptions".into(), json!({ "args": arguments }));
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let address = format!("http://127.0.0.1:{}", port.expect("chromedriver names its port"));
        let client = runtime().block_on(builder.capabilities(capabilities).connect(&address)).expect("a browser opens");
        let browser = Browser { client: Some(client), driver, _profile: profile };
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
        browser
    }

    fn client(&self) -> &Client {
        self.client.as_ref().unwrap()
    }

    /// A command of the DevTools protocol.
    pub fn cdp(&self, command: &str, parameters: Value) -> Value {
        let command = Vendor { path: "goog/cdp/execute", body: json!({ "cmd": command, "params": parameters }) };
        runtime().block_on(self.client().issue_cmd(command)).unwrap()
    }

    pub fn size(&self, width: u32, height: u32) {
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        );
    }

    /// Without a line to anybody, or with one again.
    pub fn offline(&self, offline: bool) {
        self.cdp("Network.enable", json!({}));
        let none = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.cdp("Network.emulateNetworkConditions", none);
    }

    pub fn goto(&self, url: &str) {
        runtime().block_on(self.client().goto(url)).unwrap();
    }

    pub fn back(&self) {
        runtime().block_on(self.client().back()).unwrap();
    }

    pub fn reload(&self) {
        runtime().block_on(self.client().refresh()).unwrap();
    }

    /// The body of a function; what it returns. A promise is waited for.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        runtime().block_on(self.client().execute(script, Vec::new())).unwrap()
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub fn until(&self, condition: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.run(&format!("return Boolean({condition})")) != true {
            assert!(Instant::now() < deadline, "not so: {condition}\n{}", self.page());
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Waits until a text can be read on the page.
    #[track_caller]
    pub fn reads(&self, text: &str) {
        self.until(&format!("document.body.innerText.includes({})", json!(text)));
    }

    /// Waits until a text can no longer be read on the page.
    #[track_caller]
    pub fn reads_no_more(&self, text: &str) {
        self.until(&format!("!document.body.innerText.includes({})", json!(text)));
    }

    /// Taps what bears this name: a button, a link, a choice. Refused where something covers it.
    #[track_caller]
    pub fn tap(&self, name: &str) {
        let tags = ["button", "a", "label", "summary"].map(|tag| {
            format!(
                "//{tag}[normalize-space(.)={0} or @aria-label={0} or (self::label and starts-with(normalize-space(.), {0}))]",
                quoted(name)
            )
        });
        self.tap_at(&tags.join(" | "));
    }

    #[track_caller]
    pub fn tap_at(&self, path: &str) {
        self.with(path, |client, path| runtime().block_on(async { client.find(Locator::XPath(path)).await?.click().await }));
    }

    /// Writes into the field of this label, over what stands there.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        let name = quoted(label);
        let path = format!(
            "//*[(self::input or self::textarea or self::select) and (@aria-label={name} or @placeholder={name} or @id=//label[starts-with(normalize-space(.), {name})]/@for)]"
        );
        self.with(&path, |client, path| {
            runtime().block_on(async {
                let field = client.find(Locator::XPath(path)).await?;
                if field.tag_name().await? == "select" {
                    return field.select_by_label(text).await;
                }
                field.clear().await?;
                field.send_keys(text).await
            })
        });
    }

    /// Tries until it goes well: pages draw when they are ready.
    #[track_caller]
    fn with(&self, path: &str, act: impl Fn(&Client, &str) -> Result<(), CmdError>) {
        let deadline = Instant::now() + PATIENCE;
        while let Err(fault) = act(self.client(), path) {
            assert!(Instant::now() < deadline, "{path}: {fault}\n{}", self.page());
            std::thread::sleep(Duration::from_millis(60));
        }
    }

    /// What the page shows, for messages.
    pub fn page(&self) -> String {
        let text = self.run("return location.href + '\\n' + document.body.innerText + '\\n' + JSON.stringify(window.faults)");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Faults since the page was opened: of its console, its policy, and requests that left the server. Those of `pardoned` addresses are not told.
    pub fn faults(&self, base: &str, pardoned: &[&str]) -> Vec<String> {
        let mut faults: Vec<String> = serde_json::from_value(self.run("return window.faults ?? []")).unwrap();
        let resources = self.run("return performance.getEntriesByType('resource').map((one) => one.name)");
        let outside = resources
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .filter(|name| !name.starts_with(base) && !name.starts_with("data:") && !name.starts_with("blob:"));
        faults.extend(outside.map(|name| format!("outside: {name}")));
        let log = runtime().block_on(self.client().issue_cmd(Vendor { path: "se/log", body: json!({ "type": "browser" }) })).unwrap();
        let entries =
            log.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE").filter_map(|entry| entry["message"].as_str());
        faults.extend(entries.filter(|text| !pardoned.iter().any(|path| text.contains(path))).map(str::to_owned));
        faults
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // Chromium goes with its session; killing the driver alone would leave it.
            let _ = runtime().block_on(client.close());
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A text as XPath takes it.
fn quoted(text: &str) -> String {
    assert!(!text.contains('\''), "{text}");
    format!("'{text}'")
}

/// A command of chromedriver's own.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

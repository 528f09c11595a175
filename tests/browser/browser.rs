//! A headless browser for one test, driven by WebDriver, that keeps what its console says and whom it asks.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often it is looked for.
const INTERVAL: Duration = Duration::from_millis(20);

/// The process that drives browsers.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Returns a driver on a port of its own; none if there is none on this machine.
    fn start() -> Option<Self> {
        let command = Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = command.ok()?;
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        let port = output.lines().map_while(Result::ok).find_map(|line| {
            let port = line.split("successfully on port ").nth(1)?;
            port.trim_end_matches('.').parse().ok()
        });
        Some(Self { process, port: port.expect("the driver says its port") })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The browser as well, which a test that has failed has not closed.
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}

/// Asks the driver for the lines of a log since they were last asked for.
#[derive(Debug)]
struct Log(&'static str);

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}

/// A command of the browser's own, for what WebDriver has no word for.
#[derive(Debug)]
struct Own(&'static str, Value);

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

/// A window of the browser.
pub(crate) struct Browser {
    client: Client,
}

/// Runs `test` with a browser, and then asserts that its console is empty and that it asked nobody but what `may_ask` begins.
/// Where there is no browser it says so, and fails only if the environment has `SELVEDGE_BROWSER_REQUIRED`.
pub(crate) fn browse<F: Future>(may_ask: &str, test: impl FnOnce(std::rc::Rc<Browser>) -> F) {
    let Some(driver) = Driver::start() else {
        let is_required = std::env::var_os("SELVEDGE_BROWSER_REQUIRED").is_some();
        assert!(!is_required, "there is no chromedriver: ci/browser.sh installs it");
        eprintln!("NOT TESTED: there is no chromedriver on this machine; ci/browser.sh installs it");
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let browser = std::rc::Rc::new(Browser::open(driver.port).await);
        test(browser.clone()).await;
        browser.assert_quiet(may_ask).await;
        browser.client.clone().close().await.expect("the window closes");
    });
}

impl Browser {
    async fn open(port: u16) -> Self {
        // The sandbox of the browser needs a user that is not root, and no container.
        let arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
        let capabilities = json!({
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().expect("an object").clone());
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await.expect("a browser");
        let browser = Self { client };
        browser.resize(1300, 900).await;
        browser
    }

    /// Sets the size of what the page is shown in, in pixels.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.own("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Sets whether the system prefers dark colours.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.own("Emulation.setEmulatedMedia", features).await;
    }

    async fn own(&self, command: &'static str, parameters: Value) {
        self.client.issue_cmd(Own(command, parameters)).await.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// Opens an address. That of a page that is open already, with another place in it, is followed as a link would be.
    pub(crate) async fn goto(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// Goes back as the browser's own button does.
    pub(crate) async fn back(&self) {
        self.client.back().await.expect("there is a way back");
    }

    pub(crate) async fn address(&self) -> String {
        self.client.current_url().await.expect("an address").to_string()
    }

    /// Returns what an expression of the page is.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression};");
        self.client.execute(&script, Vec::new()).await.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Types keys where the reader is.
    pub(crate) async fn keys(&self, keys: &str) {
        self.client.active_element().await.expect("an element").send_keys(keys).await.expect("keys");
    }

    /// Clicks on the first element of a selector, once there is one.
    pub(crate) async fn click(&self, selector: &str) {
        let found =
            self.client.find(Locator::Css(selector)).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
        found.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Returns the texts of all elements of a selector.
    pub(crate) async fn texts(&self, selector: &str) -> Vec<String> {
        let list = format!("[...document.querySelectorAll({})].map((one) => one.textContent)", json!(selector));
        let Value::Array(texts) = self.value(&list).await else { panic!("{selector}: no list") };
        texts.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Returns how many elements a selector has.
    pub(crate) async fn count(&self, selector: &str) -> usize {
        self.texts(selector).await.len()
    }

    /// Waits until an expression of the page is true.
    pub(crate) async fn wait_until(&self, expression: &str) {
        let begun = Instant::now();
        while self.value(expression).await != Value::Bool(true) {
            let text = self.texts("main").await.concat();
            assert!(begun.elapsed() < PATIENCE, "{expression} has not come true; the page says:\n{text}");
            tokio::time::sleep(INTERVAL).await;
        }
    }

    async fn log(&self, kind: &'static str) -> Vec<Value> {
        match self.client.issue_cmd(Log(kind)).await {
            Ok(Value::Array(lines)) => lines,
            other => panic!("the log {kind}: {other:?}"),
        }
    }

    /// Asserts that the console is empty and that nobody was asked but what begins so.
    async fn assert_quiet(&self, may_ask: &str) {
        let lines = self.log("browser").await;
        assert_eq!(lines, Vec::<Value>::new(), "the console says something");
        let mut asked = 0;
        for line in self.log("performance").await {
            let message: Value = serde_json::from_str(line["message"].as_str().unwrap_or_default()).expect("JSON");
            if message["message"]["method"] == "Network.requestWillBeSent" {
                let address = message["message"]["params"]["request"]["url"].as_str().unwrap_or_default().to_owned();
                asked += 1;
                assert!(address.starts_with(may_ask) || address.starts_with("data:,"), "it asks {address}");
            }
        }
        assert!(asked > 0, "the log has no request at all: is it kept?");
    }
}

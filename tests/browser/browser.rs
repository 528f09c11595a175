//! A headless browser for one test, driven by WebDriver, that keeps what its console says and whom it asks.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often it is looked for.
const INTERVAL: Duration = Duration::from_millis(20);

/// How long an answer may be: the log of all that was asked for is long.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

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

/// A window of the browser.
pub(crate) struct Browser {
    agent: ureq::Agent,
    /// The address of its session with the driver.
    session: String,
}

/// The name that WebDriver has for what refers to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Runs `test` with a browser, and then asserts that its console is empty and that it asked nobody but what `may_ask` begins.
/// Where there is no browser it says so, and fails only if the environment has `SELVEDGE_BROWSER_REQUIRED`.
pub(crate) fn browse(may_ask: &str, test: impl FnOnce(&Browser)) {
    let Some(driver) = Driver::start() else {
        let is_required = std::env::var_os("SELVEDGE_BROWSER_REQUIRED").is_some();
        assert!(!is_required, "there is no chromedriver: ci/browser.sh installs it");
        eprintln!("NOT TESTED: there is no chromedriver on this machine; ci/browser.sh installs it");
        return;
    };
    let browser = Browser::open(driver.port);
    test(&browser);
    browser.assert_quiet(may_ask);
    browser.close();
}

/// Returns what the driver has answered, or the message of its error.
fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let mut response = response.map_err(|error| error.to_string())?;
    let text = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
    let mut answer: Value = serde_json::from_str(&text.map_err(|error| error.to_string())?).expect("JSON");
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) if !response.status().is_success() => Err(format!("{error}: {}", value["message"])),
        _ => Ok(value),
    }
}

impl Browser {
    fn open(port: u16) -> Self {
        // An error of WebDriver's has a status of HTTP's, and says in its body what it is.
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        // The sandbox of the browser needs a user that is not root, and no container.
        let arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
        let capabilities = json!({
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let sessions = format!("http://127.0.0.1:{port}/session");
        let opened = answer(agent.post(&sessions).send(asked.to_string())).expect("a browser");
        let session = format!("{sessions}/{}", opened["sessionId"].as_str().expect("a session"));
        let browser = Self { agent, session };
        browser.resize(1300, 900);
        browser
    }

    fn close(&self) {
        answer(self.agent.delete(&self.session).call()).expect("the window closes");
    }

    /// Returns what the driver answers to a command of WebDriver's (<https://www.w3.org/TR/webdriver2/>) or of its own.
    fn post(&self, command: &str, parameters: Value) -> Result<Value, String> {
        answer(self.agent.post(format!("{}/{command}", self.session)).send(parameters.to_string()))
    }

    fn get(&self, command: &str) -> Result<Value, String> {
        answer(self.agent.get(format!("{}/{command}", self.session)).call())
    }

    /// Does something with the element that was found.
    fn with_element(&self, found: Result<Value, String>, action: &str, parameters: Value) -> Result<Value, String> {
        let found = found?;
        let element = found[ELEMENT].as_str().ok_or("there is no such element")?;
        self.post(&format!("element/{element}/{action}"), parameters)
    }

    /// Sets the size of what the page is shown in, in pixels.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.own("Emulation.setDeviceMetricsOverride", size);
    }

    /// Sets whether the system prefers dark colours.
    pub(crate) fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.own("Emulation.setEmulatedMedia", features);
    }

    /// Does a command of the browser's own, for what WebDriver has no word for.
    fn own(&self, command: &str, parameters: Value) {
        let asked = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", asked).unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// Opens an address. That of a page that is open already, with another place in it, is followed as a link would be.
    pub(crate) fn goto(&self, address: &str) {
        self.post("url", json!({ "url": address })).unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// Goes back as the browser's own button does.
    pub(crate) fn back(&self) {
        self.post("back", json!({})).expect("there is a way back");
    }

    pub(crate) fn address(&self) -> String {
        self.get("url").expect("an address").as_str().expect("an address").to_owned()
    }

    /// Returns what an expression of the page is.
    pub(crate) fn value(&self, expression: &str) -> Value {
        let script = json!({ "script": format!("return {expression};"), "args": [] });
        self.post("execute/sync", script).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Types keys where the reader is.
    pub(crate) fn keys(&self, keys: &str) {
        self.with_element(self.get("element/active"), "value", json!({ "text": keys })).expect("keys");
    }

    /// Clicks on the first element of a selector, once there is one.
    pub(crate) fn click(&self, selector: &str) {
        let found = self.post("element", json!({ "using": "css selector", "value": selector }));
        self.with_element(found, "click", json!({})).unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Returns the texts of all elements of a selector.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let list = format!("[...document.querySelectorAll({})].map((one) => one.textContent)", json!(selector));
        let Value::Array(texts) = self.value(&list) else { panic!("{selector}: no list") };
        texts.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Returns how many elements a selector has.
    pub(crate) fn count(&self, selector: &str) -> usize {
        self.texts(selector).len()
    }

    /// Waits until an expression of the page is true.
    pub(crate) fn wait_until(&self, expression: &str) {
        let begun = Instant::now();
        while self.value(expression) != Value::Bool(true) {
            let text = self.texts("main").concat();
            assert!(begun.elapsed() < PATIENCE, "{expression} has not come true; the page says:\n{text}");
            std::thread::sleep(INTERVAL);
        }
    }

    /// Returns the lines of a log since it was last asked for.
    fn log(&self, kind: &str) -> Vec<Value> {
        match self.post("se/log", json!({ "type": kind })) {
            Ok(Value::Array(lines)) => lines,
            other => panic!("the log {kind}: {other:?}"),
        }
    }

    /// Asserts that the console is empty and that nobody was asked but what begins so.
    fn assert_quiet(&self, may_ask: &str) {
        let lines = self.log("browser");
        assert_eq!(lines, Vec::<Value>::new(), "the console says something");
        let mut asked = 0;
        for line in self.log("performance") {
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

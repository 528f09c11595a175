//! The pages in a real browser: `ci/browser.sh` installs it and runs these tests. Each test looks at a page as a reader would,
//! and none leaves a line on the browser's console or asks anybody but the server of the page.

mod browser;
mod live;
mod page;
mod program;

"""The widget beside deep-chat on the same page: bytes, time to usable, time on the main thread.

    python tests/benchmarks/widget.py [--runs 9]

deep-chat 2.4.2 is fetched once with npm into the user's cache folder. Both scripts are served from
this machine, compressed alike (gzip -9), and put a chat into the same element of the same page; a
page without a chat is measured too and its time taken off. Usable: the box to write in has a size
and takes what is typed. Main thread: what Chromium's own counters say its tasks took, from the
navigation until half a second after that, and how long tasks over 50 ms kept the page from
answering. Every run has an empty cache; told are medians. "phone" is Chromium's emulation: a
processor four times slower, 1.6 Mbit/s, 150 ms. Exit status 1 where the widget is not ahead.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import platformdirs
from playwright.sync_api import Browser, CDPSession, sync_playwright
from rich.console import Console
from rich.table import Table

from ui.widget_script import widget_script

DEEP_CHAT = "deep-chat@2.4.2"
WIDGET_MAX_BYTES = 15 * 1024
SETTLE_MS = 500

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>#chat {{ width: 360px; height: 600px }}</style></head>
<body><header><h1>A shop</h1></header><main><p>{filler}</p><div id="chat">{chat}</div></main>
{script}</body></html>"""
PAGES = {
    "none": ("", ""),
    "chatrec": ("", '<script async src="/chatrec.js" data-target="#chat" data-open></script>'),
    "deep-chat": (
        '<deep-chat connect=\'{"url": "/chat"}\' style="width: 360px; height: 600px"></deep-chat>',
        '<script async type="module" src="/deep-chat.js"></script>',
    ),
}
# A frame at a time, so that it costs both the same.
WATCH = """
window.longTasks = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longTasks += task.duration - 50;
}).observe({ type: 'longtask', buffered: true });
window.usable = new Promise((resolve) => {
  const look = () => {
    const host = document.querySelector('chatrec-widget, deep-chat');
    const box = host?.shadowRoot?.querySelector('textarea, #text-input');
    if (box && box.getBoundingClientRect().height > 0) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  look();
});
"""
TYPE = """() => {
  const root = document.querySelector('chatrec-widget, deep-chat').shadowRoot;
  const box = root.querySelector('textarea, #text-input');
  box.focus();
  document.execCommand('insertText', false, 'boots');
  return (box.value ?? box.textContent) === 'boots';
}"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Bytes over the line, and milliseconds."""

    kilobytes: float
    usable: float
    main_thread: float
    script: float
    blocked: float


COLUMNS = {
    "kilobytes": "KB over the line",
    "usable": "usable, ms",
    "main_thread": "main thread, ms",
    "script": "of it script, ms",
    "blocked": "blocked, ms",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9, help="visits of each page")
    runs = parser.parse_args().runs
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed: make browser")
    table = Table("where", "widget", *COLUMNS.values())
    ahead = True
    with served() as url, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for where in ("desk", "phone"):
            measured = compared(browser, url, where == "phone", runs)
            for name, values in measured.items():
                told = (f"{getattr(values, field):,.1f}" for field in COLUMNS)
                table.add_row(where, name, *told)
            ahead = ahead and is_ahead(measured["chatrec"], measured["deep-chat"])
        browser.close()
    load = os.getloadavg()[0]
    Console(width=110).print(table, f"medians of {runs} visits, load {load:.1f}")
    sys.exit(0 if ahead else 1)


def is_ahead(ours: Measured, theirs: Measured) -> bool:
    smaller = ours.kilobytes * 1024 <= WIDGET_MAX_BYTES + 1024  # its HTTP headers count too
    return smaller and ours.usable < theirs.usable and ours.main_thread < theirs.main_thread


def compared(browser: Browser, url: str, is_phone: bool, runs: int) -> dict[str, Measured]:
    """Medians of each widget's visits, less those of the page without one; visits take turns."""
    visits: dict[str, list[Measured]] = {name: [] for name in PAGES}
    for _ in range(runs):
        for name in PAGES:
            visits[name].append(visit(browser, f"{url}/{name}.html", name, is_phone))
    middle = {name: median(measured) for name, measured in visits.items()}
    bare = middle.pop("none")
    return {name: less(measured, bare) for name, measured in middle.items()}


def median(measured: list[Measured]) -> Measured:
    return Measured(
        *(statistics.median(getattr(each, f.name) for each in measured) for f in fields(Measured))
    )


def less(measured: Measured, bare: Measured) -> Measured:
    """What the widget adds; when it is usable is counted from the navigation."""
    return Measured(
        measured.kilobytes - bare.kilobytes,
        measured.usable,
        measured.main_thread - bare.main_thread,
        measured.script - bare.script,
        measured.blocked - bare.blocked,
    )


def visit(browser: Browser, url: str, name: str, is_phone: bool) -> Measured:
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    session = context.new_cdp_session(page)
    received: list[float] = []
    session.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Performance.enable", {"timeDomain": "threadTicks"})  # of the processor
    if is_phone:
        slow_down(session)
    page.add_init_script(WATCH)
    page.goto(url)
    usable = 0.0 if name == "none" else float(page.evaluate("usable"))
    page.wait_for_timeout(SETTLE_MS)
    told = session.send("Performance.getMetrics")["metrics"]
    counters = {metric["name"]: float(metric["value"]) * 1000 for metric in told}
    blocked = float(page.evaluate("longTasks"))
    if name != "none" and not page.evaluate(TYPE):
        sys.exit(f"{name} takes no typing")
    context.close()
    return Measured(
        sum(received) / 1024, usable, counters["TaskDuration"], counters["ScriptDuration"], blocked
    )


def slow_down(session: CDPSession) -> None:
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    speed = 1.6e6 / 8
    conditions = {"offline": False, "latency": 150, "downloadThroughput": speed}
    session.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": speed})


@contextmanager
def served() -> Iterator[str]:
    """The address of the pages and both scripts."""
    files = {
        "/chatrec.js": (widget_script().encode("utf-8"), "text/javascript"),
        "/deep-chat.js": (deep_chat(), "text/javascript"),
    }
    filler = "Everything for the hills. " * 60
    for name, (chat, script) in PAGES.items():
        text = PAGE.format(filler=filler, chat=chat, script=script)
        files[f"/{name}.html"] = (text.encode("utf-8"), "text/html")
    packed = {path: (gzip.compress(text, 9), kind) for path, (text, kind) in files.items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text, kind = packed.get(self.path, (b"", "text/plain"))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            if text:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def deep_chat() -> bytes:
    """Its one-file build, from the cache or from npm's registry."""
    folder = platformdirs.user_cache_path("chatrec") / "npm"
    archive = folder / f"{DEEP_CHAT.replace('@', '-')}.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None:
            sys.exit(f"npm is needed once, to fetch {DEEP_CHAT}")
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "pack", "--silent", DEEP_CHAT], cwd=folder, check=True)
    with tarfile.open(archive) as packed:
        bundle = packed.extractfile("package/dist/deepChat.bundle.js")
        assert bundle is not None
        return bundle.read()


if __name__ == "__main__":
    main()

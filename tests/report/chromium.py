"""A browser page over Chromium's own pipe, with no driver in between."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_TO, _FROM = 3, 4  # the descriptors that --remote-debugging-pipe reads and writes


def browser() -> str | None:
    """The Chromium of this machine, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """One page. Everything the browser reports is kept in ``events``."""

    def __init__(self, to: int, source: int) -> None:
        self._to, self._from = to, os.fdopen(source, "rb")
        self._sent = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Sends a command and returns its result; raises RuntimeError on an error."""
        self._sent += 1
        message: dict[str, Any] = {"id": self._sent, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._sent:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def close(self) -> None:
        """Asks the browser to end, so that it writes nothing after its folder is gone."""
        self._session = None
        self.send("Browser.close")

    def _next(self) -> dict[str, Any]:
        read = bytearray()
        while (byte := self._from.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser has closed its pipe")
            read += byte
        answer: dict[str, Any] = json.loads(read)
        return answer

    def open(self, file: Path, *, width: int = 1200, height: int = 900) -> None:
        """Opens a file and waits for its load event."""
        self.resize(width, height)
        self.events.clear()
        self.send("Page.navigate", url=file.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def resize(self, width: int, height: int = 900) -> None:
        """Sets the size of the window's inside in CSS pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )

    def media(self, *, kind: str = "screen", scheme: str = "light") -> None:
        """Sets what media queries see."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", media=kind, features=features)

    def run(self, script: str) -> Any:
        """Returns the value of an expression, awaited; raises RuntimeError where it throws."""
        answer = self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def screenshot(self, file: Path, *, whole: bool = True) -> None:
        """Writes what the page looks like, as PNG."""
        answer = self.send("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(answer["data"]))

    def print_pdf(self, file: Path) -> None:
        """Writes the printed page, as PDF."""
        self.media(kind="print")
        answer = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        file.write_bytes(base64.b64decode(answer["data"]))

    def reported(self, *methods: str) -> list[dict[str, Any]]:
        """The parameters of the events of these names since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") in methods]


@contextmanager
def page(program: str) -> Iterator[Page]:
    """Starts a headless browser with one empty page, and ends it."""
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()

    def wire() -> None:
        reads, writes = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read, from_write))
        os.dup2(reads, _TO)
        os.dup2(writes, _FROM)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                program,
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--force-color-profile=srgb",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
            ],
            preexec_fn=wire,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(from_write)
        try:
            opened = Page(to_write, from_read)
            yield opened
            opened.close()
            process.wait(timeout=20)
        finally:
            process.kill()
            process.wait(timeout=20)
            os.close(to_write)

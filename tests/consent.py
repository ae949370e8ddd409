"""A person at the sandbox's consent page, without a browser: what their clicks would post."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import requests


@dataclass
class Person:
    """Brings `address`'s answer to the application that asked; `asked` are the requests seen."""

    address: str
    allow: bool = True
    refuse: str = ""
    """One scope to untick."""
    tamper: Callable[[str], str] = str
    """What somebody in between makes of the answer's address."""
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def __call__(self, url: str) -> None:
        """Answer in the background: the application waits for it in this thread."""
        self.asked.append(parse_qs(urlsplit(url).query))
        threading.Thread(target=self._answer, args=(url,), daemon=True).start()

    def _answer(self, url: str) -> None:
        query = {name: values[0] for name, values in self.asked[-1].items()}
        chosen = [scope for scope in query["scope"].split() if scope != self.refuse]
        decision = "allow" if self.allow else "deny"
        said = query | {"_user": self.address, "_scope": chosen, "_decision": decision}
        page = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/o/oauth2/approval"
        answer = requests.post(page, data=said, timeout=10, allow_redirects=False)
        requests.get(self.tamper(answer.headers["Location"]), timeout=10)

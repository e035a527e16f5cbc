"""Requests for one article each, at random moments and at a given rate, whatever comes back.

`tests/load/run.py` starts it with locust and reads its report. Its settings are variables:
LOAD_RATE is in requests a second, LOAD_WARM_UP_S is left out of the report, LOAD_REPORT names it.
"""

from __future__ import annotations

import json
import os
import random
import time
import uuid
from pathlib import Path

from articles import articles
from locust import HttpUser, events, task

# A user sends no more often than this, so that an answer that takes its time delays nobody.
RATE_OF_USER = 0.1
USERS = max(1, round(float(os.environ["LOAD_RATE"]) / RATE_OF_USER))
ARTICLES = articles(400, seed=1)

answers: list[dict[str, object]] = []


class Reader(HttpUser):
    """Sends articles at the times of a Poisson process."""

    def on_start(self) -> None:
        """Choose the first moment."""
        self.next_at = time.monotonic()

    def wait_time(self) -> float:
        """Return the seconds until the next moment; none if it has passed."""
        self.next_at += random.expovariate(float(os.environ["LOAD_RATE"]) / USERS)
        return max(0.0, self.next_at - time.monotonic())

    @task
    def tag(self) -> None:
        """Send one article."""
        text = random.choice(ARTICLES)  # noqa: S311
        begin = time.time()
        body = {"documents": [{"text": text}]}
        name = {"X-Request-ID": uuid.uuid4().hex}
        with self.client.post(
            "/v1/tag", json=body, headers=name, timeout=60, catch_response=True
        ) as answer:
            seconds = time.time() - begin
            answers.append(
                {
                    "at": begin,
                    "id": name["X-Request-ID"],
                    "seconds": seconds,
                    "status": answer.status_code,
                    "words": len(text.split()),
                    "error": type(answer.error).__name__ + ": " + str(answer.error)[-80:],
                }
            )
            if answer.status_code == 429:
                answer.request_meta["name"] = "refused"
                answer.success()


@events.quitting.add_listener
def write_report(**_: object) -> None:
    """Write what was answered."""
    Path(os.environ["LOAD_REPORT"]).write_text(json.dumps(answers), encoding="utf-8")

"""Measure a server under load against the tagger offline, on this machine.

    pip install -e '.[serve]' locust
    python tests/load/run.py --load 1.5 --seconds 300
    python tests/load/run.py --load 0.7 --seconds 300

Measures what the tagger reads offline, then sends articles of mixed lengths at LOAD times that
rate and prints what came back. The generator runs on the same machine and takes its share of it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from articles import articles

from clashtag import Tagger

HERE = Path(__file__).parent
WARM_UP_S = 5.0


def main() -> None:
    """Run the whole measurement and print its report as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--load", type=float, default=1.5, help="times the offline rate")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--model", type=Path, default=None)
    parser.add_argument("--locust", default="locust", help="the locust to run")
    parser.add_argument("--stop-under-load", action="store_true", help="SIGTERM halfway")
    asked = parser.parse_args()
    offline = measure_offline(asked.model, asked.threads, asked.workers)
    rate = asked.load * offline["documents_per_s"]
    report = {"load": asked.load, "seconds": asked.seconds, "offline": offline}
    report |= measure_server(asked, rate)
    json.dump(report, sys.stdout, indent=2)
    sys.stdout.write("\n")


def measure_offline(model: Path | None, threads: int, workers: int) -> dict[str, float]:
    """Return the rate of `tag_many` on the same mix, and how long one article takes alone."""
    tagger = Tagger.from_pretrained(model, threads=threads)
    texts = articles(60, seed=2)
    words = sum(len(text.split()) for text in texts)
    list(tagger.tag_many(texts[:10]))
    rates, alone = [], []
    for _ in range(3):
        begin = time.perf_counter()
        list(tagger.tag_many(texts))
        rates.append(workers * len(texts) / (time.perf_counter() - begin))
    for text in texts:
        begin = time.perf_counter()
        tagger.tag(text)
        alone.append(time.perf_counter() - begin)
    return {
        "documents_per_s": round(statistics.median(rates), 2),
        "words_per_s": round(statistics.median(rates) * words / len(texts), 1),
        "p50_alone_ms": round(1000 * statistics.median(alone), 1),
    }


def measure_server(asked: argparse.Namespace, rate: float) -> dict[str, object]:
    """Start a server, load it, and return what came back and what memory it took."""
    command = [
        *(sys.executable, "-m", "clashtag", "serve", "--port", "0"),
        *("--threads", str(asked.threads), "--workers", str(asked.workers)),
        *(("--model", str(asked.model)) if asked.model else ()),
    ]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as stream:
            server = subprocess.Popen(command, stderr=stream)
        try:
            url = wait_for_url(log, server)
            memory = sample_memory(server.pid)
            if asked.stop_under_load:
                threading.Timer(asked.seconds / 2, server.send_signal, [signal.SIGTERM]).start()
            answers = run_locust(asked, url, rate, Path(folder) / "answers.json")
            begin = time.monotonic()
            server.send_signal(signal.SIGTERM)
            exit_code = server.wait(60)
        finally:
            if server.poll() is None:
                server.kill()
        lines = log.read_text().splitlines()
    return {
        "sent_per_s": round(rate, 2),
        **summarize(answers, asked.seconds),
        "memory_mib": memory,
        "taken_but_unanswered": len(taken_but_unanswered(answers, lines)),
        "exit_code": exit_code,
        "stopped_in_s": round(time.monotonic() - begin, 1),
        "log_lines_of_errors": [line for line in lines if " error " in line][:5],
    }


def wait_for_url(log: Path, server: subprocess.Popen[bytes]) -> str:
    """Return the address that the server says it listens on."""
    while server.poll() is None:
        found = re.search(r"listening on (\S+)", log.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise SystemExit(log.read_text())


def sample_memory(pid: int) -> list[float]:
    """Return a list that grows by the memory of a server and its workers, 20 times a minute."""
    samples: list[float] = []

    def sample() -> None:
        while kibibytes := resident_kibibytes(pid):
            samples.append(round(kibibytes / 1024, 1))
            time.sleep(3)

    threading.Thread(target=sample, daemon=True).start()
    return samples


def resident_kibibytes(pid: int) -> int:
    """Return the resident memory of a process and its children; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = re.search(r"VmRSS:\s+(\d+)", status)
    return (int(own[1]) if own else 0) + sum(resident_kibibytes(int(child)) for child in children)


def run_locust(
    asked: argparse.Namespace, url: str, rate: float, report: Path
) -> list[dict[str, Any]]:
    """Send requests at a rate and return what each was answered."""
    users = max(1, round(rate / 0.1))
    seconds = asked.seconds + WARM_UP_S
    command = [
        *(asked.locust, "-f", str(HERE / "locustfile.py"), "--headless", "--only-summary"),
        *("--host", url, "--users", str(users), "--spawn-rate", str(users)),
        *("--run-time", f"{seconds:.0f}s", "--stop-timeout", "60"),
    ]
    environment = {**os.environ, "LOAD_RATE": str(rate), "LOAD_REPORT": str(report)}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return json.loads(report.read_text())


def taken_but_unanswered(answers: list[dict[str, Any]], lines: list[str]) -> set[str]:
    """Return the ids of requests that are in the server's log but got no answer."""
    logged = set(re.findall(r"request_id=(\w+)", "\n".join(lines)))
    return logged & {answer["id"] for answer in answers if answer["status"] == 0}


def summarize(answers: list[dict[str, Any]], seconds: float) -> dict[str, object]:
    """Return rates, latencies and statuses of the answers after the warm-up."""
    begin = min(answer["at"] for answer in answers) + WARM_UP_S
    measured = [answer for answer in answers if begin <= answer["at"] < begin + seconds]
    accepted = [answer for answer in measured if answer["status"] == 200]
    latencies = sorted(1000 * answer["seconds"] for answer in accepted)
    errors = Counter(str(answer["error"]) for answer in measured if answer["status"] == 0)
    return {
        "requests": len(measured),
        "statuses": dict(Counter(str(answer["status"]) for answer in measured)),
        "errors": dict(errors),
        "goodput_documents_per_s": round(len(accepted) / seconds, 2),
        "goodput_words_per_s": round(sum(answer["words"] for answer in accepted) / seconds, 1),
        "latency_ms": {
            f"p{share}": round(latencies[min(len(latencies) - 1, len(latencies) * share // 100)], 1)
            for share in (50, 90, 95, 99)
        },
    }


if __name__ == "__main__":
    main()

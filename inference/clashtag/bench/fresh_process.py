"""What only a new process shows: how soon the first result is there, and the peak of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clashtag.bench.rounds import Spread
from clashtag.errors import ClashtagError

# The peak comes from /proc where there is one: elsewhere, a child starts with its parent's peak.
_SCRIPT = """
import json, sys, time
path, threads = sys.argv[1], int(sys.argv[2])
first, *others = json.load(sys.stdin)
begin = time.perf_counter()
from clashtag import Tagger
tagger = Tagger.from_pretrained(path, threads=threads)
tagger.tag(first)
seconds = time.perf_counter() - begin
for _ in tagger.tag_many(others):
    pass
def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(json.dumps([seconds, peak_bytes()]))
"""


@dataclass(frozen=True, slots=True)
class FreshProcess:
    """New processes that import clashtag, load the model and tag.

    Args:
        starts: how many were started.
        cold_start_seconds: from before the import to the first article's events; the start of
            Python itself comes before that.
        first_words: words of that first article.
        peak_megabytes: largest resident size, in MB (10^6 bytes), of a process that went on to
            tag articles of mixed lengths; None where the system does not say.
    """

    starts: int
    cold_start_seconds: Spread
    first_words: int
    peak_megabytes: float | None


def measure_fresh_process(
    bundle: Path, threads: int, first: str, others: Sequence[str], starts: int
) -> FreshProcess:
    """Start processes one after the other, then one more that tags the other articles too.

    Raises:
        ClashtagError: if a process fails, with the last line of what it said.
    """
    seconds = [_run(bundle, threads, [first])[0] for _ in range(starts)]
    _, peak_bytes = _run(bundle, threads, [first, *others])
    peak = None if peak_bytes is None else peak_bytes / 1e6
    return FreshProcess(starts, Spread.of(seconds), len(first.split()), peak)


def _run(bundle: Path, threads: int, texts: Sequence[str]) -> tuple[float, int | None]:
    command = [sys.executable, "-c", _SCRIPT, str(bundle), str(threads)]
    done = subprocess.run(  # noqa: S603
        command, input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last_line = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ClashtagError(
            f"a new process that tags one article ended with code {done.returncode}: {last_line}",
            "run clashtag debug, and tag an article with clashtag tag",
        )
    seconds, peak_bytes = json.loads(done.stdout)
    return seconds, peak_bytes

"""Starting a server: the socket, the model, and one worker or several."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from clashtag.errors import ConfigError
from clashtag.serving.app import create_app
from clashtag.serving.batcher import Batcher
from clashtag.serving.connection import patient_protocol
from clashtag.serving.lifecycle import Lifecycle, hold_reloads
from clashtag.serving.logs import set_up_logs
from clashtag.serving.metrics import Metrics
from clashtag.serving.models import ModelKeeper, load_model
from clashtag.serving.service import Service
from clashtag.serving.settings import ServeSettings
from clashtag.serving.supervisor import supervise
from clashtag.serving.work_queue import WorkQueue
from clashtag.threads import available_threads

logger = logging.getLogger(__name__)
_BACKLOG = 2048


def serve(settings: ServeSettings) -> int:
    """Serve until a signal ends it; return the exit code of the process.

    Raises:
        BundleError: if the model cannot be loaded.
        ConfigError: if a key is unfit or the address cannot be listened on.
    """
    set_up_logs(settings.log_format)
    with contextlib.closing(listen(settings.host, settings.port)) as listener:
        host, port = listener.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        if settings.workers > 1:
            return supervise(settings, listener, address, run_worker)
        return run_worker(settings, listener, lambda: logger.info("listening on %s", address))


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address.

    Raises:
        ConfigError: if the address is not of this machine or is in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host} port {port}: {error.strerror or error}",
            "give another --host or --port, or stop what listens there",
        ) from error
    listener.set_inheritable(True)
    return listener


def run_worker(
    settings: ServeSettings, listener: socket.socket, on_start: Callable[[], None]
) -> int:
    """Answer what arrives at a socket until a signal ends it; return the exit code.

    Raises:
        BundleError: if the model cannot be loaded.
        ConfigError: if a key is unfit.
    """
    hold_reloads()
    service = start_service(settings)
    DrainingServer(worker_config(service, on_start)).run(sockets=[listener])
    logger.info("stopped")
    return 1 if service.lifecycle.has_failed else 0


def start_service(settings: ServeSettings) -> Service:
    """Load the model and start the thread that reads with it.

    Raises:
        BundleError: if the model cannot be loaded.
    """
    threads = settings.threads or max(1, available_threads() // settings.workers)
    tagger, tokens_per_s = load_model(settings.model, threads, settings.batch_tokens)
    metrics = Metrics()
    keeper = ModelKeeper(tagger, settings.model, threads, settings.batch_tokens, metrics)
    queue = WorkQueue(
        settings.batch_tokens, settings.batch_documents, settings.batch_wait_ms / 1000
    )
    batcher = Batcher(
        queue,
        metrics,
        tokens_per_s=tokens_per_s,
        max_wait_s=settings.max_wait_s,
        max_queue_documents=settings.max_queue_documents,
    )
    return Service(settings, keeper, batcher, metrics, Lifecycle(settings.drain_delay_s))


def worker_config(service: Service, on_start: Callable[[], None]) -> uvicorn.Config:
    """Return how uvicorn runs the application of one worker.

    Raises:
        ConfigError: if a key is unfit.
    """
    settings = service.settings
    return uvicorn.Config(
        create_app(service, on_start),
        loop="asyncio",
        http=patient_protocol(settings.header_timeout_s, settings.write_timeout_s),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=settings.keep_alive_s,  # type: ignore[arg-type]
        timeout_graceful_shutdown=settings.grace_s,  # type: ignore[arg-type]
        h11_max_incomplete_event_size=settings.max_header_bytes,
        backlog=_BACKLOG,
    )


class DrainingServer(uvicorn.Server):
    """A server whose process ends with an exit code, not by the signal that stopped it."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop accepting and finish; a second SIGINT does not wait for the requests under way."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

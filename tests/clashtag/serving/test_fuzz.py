"""Requests that schemathesis makes up from the OpenAPI document; `tests/load` makes more."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis")

from schemathesis.specs.openapi.checks import positive_data_acceptance

import http_servers  # noqa: F401 - skips this module where the extra `serve` is missing

OPERATIONS = [
    ("/v1/tag", "POST"),
    ("/v1/tag/stream", "POST"),
    ("/v1/model", "GET"),
    ("/v2", "GET"),
    ("/v2/models/{name}", "GET"),
    ("/v2/models/{name}/infer", "POST"),
    ("/health/ready", "GET"),
]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_fuzz_answers_are_as_documented(server, path, method):
    operation = schemathesis.openapi.from_url(f"{server.url}/openapi.json")[path][method]

    @given(case=operation.as_strategy())
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def check(case):
        # Which types there are, and that a tensor's data fit its shape, no schema says.
        case.call_and_validate(excluded_checks=[positive_data_acceptance], timeout=20)

    check()

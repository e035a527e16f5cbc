from __future__ import annotations

import pytest

from http_servers import NEWS

KEY, OTHER_KEY, ADMIN_KEY = "k" * 32, "o" * 32, "a" * 32


@pytest.fixture(scope="module")
def keyed(tiny_bundle, tmp_path_factory):
    from clashtag.serving.settings import ServeSettings
    from http_servers import thread_server

    keys = tmp_path_factory.mktemp("keys") / "keys.txt"
    keys.write_text(f"{KEY}\n\n  {OTHER_KEY}\n", encoding="utf-8")
    settings = ServeSettings(
        model=tiny_bundle, threads=1, api_key_file=keys, admin_key=ADMIN_KEY, max_body_bytes=1000
    )
    with thread_server(settings) as running:
        yield running


def get(server, path, key=None, scheme="Bearer "):
    headers = {} if key is None else {"Authorization": scheme + key}
    return server.client.get(path, headers=headers)


@pytest.mark.parametrize("path", ["/v1/model", "/v2", "/v2/models/tiny", "/v2/models/tiny/ready"])
def test_keys_are_asked_for(keyed, path):
    refused = get(keyed, path)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    assert refused.headers["www-authenticate"] == "Bearer"
    for wrong in (KEY[:-1], KEY + "k", ADMIN_KEY, "ü"):
        headers = {"Authorization": b"Bearer " + wrong.encode()}
        assert keyed.client.get(path, headers=headers).status_code == 401
    assert get(keyed, path, KEY, scheme="Basic ").status_code == 401
    assert get(keyed, path, KEY).status_code == 200
    assert get(keyed, path, OTHER_KEY, scheme="bearer ").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/page.js", "/health/ready", "/v2/health/live", "/metrics", "/openapi.json"]
)
def test_keys_are_not_asked_for(keyed, path):
    assert get(keyed, path).status_code == 200


def test_keys_come_before_the_body(keyed):
    body = {"documents": [{"text": NEWS * 100}]}
    assert keyed.client.post("/v1/tag", json=body).status_code == 401
    headers = {"Authorization": f"Bearer {KEY}"}
    assert keyed.client.post("/v1/tag", json=body, headers=headers).status_code == 413


def test_keys_of_clients_do_not_open_the_admin_route(keyed):
    def reload(key):
        return keyed.client.post("/admin/reload", headers={"Authorization": f"Bearer {key}"})

    assert reload(KEY).status_code == 401
    assert reload(ADMIN_KEY).json() == {"name": "tiny", "version": "1.0.0"}

"""Whether the process lives, and whether it could serve."""

from tests.conftest import make_app


def test_a_living_process_says_so(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_ready_names_each_part_and_why_it_is_not(app, client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["parts"]["database"] == "ok"
    assert answer.json["parts"]["storage"] == "ok"
    assert "index" in answer.json["parts"]["search"]

    app.extensions["jiebang.search"].rebuild([])
    assert client.get("/readyz").json["status"] == "ok"


def test_what_is_wrong_says_nothing_of_the_machine(client, tmp_path):
    (tmp_path / "search").mkdir()
    (tmp_path / "search" / "CURRENT").write_text("1-999")

    answer = client.get("/readyz")

    assert answer.json["parts"]["search"] == "the search index cannot be read"
    assert str(tmp_path) not in answer.text


def test_a_database_that_was_never_migrated_is_not_ready(tmp_path):
    app = make_app(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, "never migrated" in answer.json["parts"]["database"]) == (503, True)

import json

CAR = {"id": 1, "title": "车路协同感知", "text": "面向智能网联汽车的车路协同与自动驾驶，激光雷达融合 C-V2X 通信。"}


def lines(*rows: object) -> str:
    return "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)


def test_each_text_is_answered_with_its_directions_best_first(flask):
    answered = flask("taxonomy", "classify", "--json", stdin=lines(CAR, "", {"id": "x", "title": "小麦", "text": None}))

    first, second = (json.loads(line) for line in answered.stdout.splitlines())
    assert answered.exit_code == 0
    assert first["id"] == 1
    assert first["directions"][0]["code"] == "connected-vehicles"
    assert 0 < first["directions"][0]["score"] <= 1
    assert second == {"id": "x", "directions": []}


def test_people_read_names(flask):
    said = flask("taxonomy", "classify", stdin=lines(CAR, {"id": 2, "title": "小麦"})).stdout.splitlines()

    assert said[0].startswith("1\t智能网联 0.")
    assert said[1] == "2\t未归类"


def test_a_line_that_is_no_row_is_told_and_the_rest_is_answered(flask):
    answered = flask("taxonomy", "classify", "--json", stdin=lines("{", CAR, "[]"))

    assert answered.exit_code == 1
    assert len(answered.stdout.splitlines()) == 1
    assert [line[:5] for line in answered.stderr.splitlines()] == ["第 1 行", "第 3 行"]

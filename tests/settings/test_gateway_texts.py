import json

import pytest

from marketplace.settings import gateway_texts
from marketplace.settings.gateway_texts import address_fault, fill_address, fill_headers, fill_template, template_fault

NO_PLACE = "没有 {%s} 这个占位符；可用的是 {phone} {subject} {text} {url} {reference} {secret}。"
HOSTILE = '"}, "admin": true, {"a": "\\u0000\n{secret}'


@pytest.mark.parametrize("text", ['{"a": "{text}"}', '{"a": [{"b": "{phone}：{text} {url}"}, 1]}'])
def test_a_template_that_fits(text):
    assert template_fault(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": "{text}"', "第 1 行第 15 个字起不是有效的 JSON。"),
        ('{"a": 1,\n "b" "{text}"}', "第 2 行第 6 个字起不是有效的 JSON。"),
        ("[" * 100_000, "第 1 行第 1 个字起不是有效的 JSON。"),
        ('["{text}"]', "模板要是一个 JSON 对象，写在 { } 里。"),
        ("{text}", "第 1 行第 2 个字起不是有效的 JSON。"),
        (
            '{"a": "{text} {mobile}"}',
            NO_PLACE % "mobile",
        ),
        ('{"{text}": "a"}', "模板里要有 {text}，消息的内容放在那里。"),
    ],
)
def test_what_is_wrong_with_a_template_is_said(text, words):
    assert str(template_fault(text)) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://{secret}.example/", "域名里不能有占位符。"),
        ("https://a.example:{phone}/", "域名里不能有占位符。"),
        ("https://user:pass@a.example/", gateway_texts.NO_ACCOUNT),
        (
            "https://a.example/?to={to}",
            NO_PLACE % "to",
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_said(address, words):
    assert str(address_fault(address)) == words


def test_an_address_that_fits():
    assert address_fault("https://a.example/send?key={secret}&to={phone}") is None


def test_nothing_breaks_out_of_a_template():
    said = {"text": HOSTILE, "secret": "s"}
    assert json.loads(fill_template('{"a": "<{text}>", "n": 1.50, "{secret}": null}', said)) == {
        "a": f"<{HOSTILE}>",
        "n": 1.5,
        "{secret}": None,
    }


def test_nothing_breaks_out_of_an_address_or_a_header():
    said = {"text": "a&b=/?#\r\n", "secret": "x\r\nY: z"}
    assert fill_address("https://a.example/{text}", said) == "https://a.example/a%26b%3D%2F%3F%23%0D%0A"
    assert fill_headers("Key: {secret}\n\nOther:1:2", said) == [("Key", "x Y: z"), ("Other", "1:2")]


def test_places_nobody_fills_stay():
    assert fill_headers("Key: {phone}", {}) == [("Key", "{phone}")]

"""Imports in words: their state, and where the page stands."""

from collections.abc import Mapping

from marketplace.bulk.lifecycle import ImportState
from marketplace.core.text import _

STATE_LABELS: Mapping[ImportState, str] = {
    ImportState.CHECKING: _("检查中"),
    ImportState.CHECKED: _("已检查，未写入"),
    ImportState.WRITING: _("写入中"),
    ImportState.DONE: _("已导入"),
    ImportState.UNDOING: _("撤销中"),
    ImportState.UNDONE: _("已撤销"),
}
TONES: Mapping[ImportState, str] = {
    ImportState.CHECKING: "notice",
    ImportState.CHECKED: "notice",
    ImportState.WRITING: "notice",
    ImportState.DONE: "good",
    ImportState.UNDOING: "notice",
    ImportState.UNDONE: "muted",
}
OWN_LISTS = {
    "challenges": "challenges.mine",
    "achievements": "achievements.mine",
    "organisations": "organisations.index",
}
DETAILS = {
    "challenges": ("challenges.detail", "challenge_id"),
    "achievements": ("achievements.detail", "achievement_id"),
    "organisations": ("organisations.detail", "organisation_id"),
}

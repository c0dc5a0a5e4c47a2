"""Kinds of news (pure), named feature.action, each with the facts that its words need.

The words of a kind are ``templates/notifications/<kind>.txt``. ``id`` is the subject's public id.
"""

KINDS: dict[str, tuple[str, ...]] = {
    "account.verify_email": ("token", "hours"),
    "account.finish_registration": ("token", "hours"),
    "account.already_registered": (),
    "account.reset_password": ("token", "hours"),
    "account.sitting_code": ("code", "minutes"),
    "organisation.verified": ("id", "title"),
    "organisation.rejected": ("id", "title", "reason"),
    "organisation.suspended": ("id", "title", "reason"),
    "challenge.returned": ("id", "title", "reason"),
    "challenge.rejected": ("id", "title", "reason"),
    "challenge.published": ("id", "title"),
    "challenge.taken_down": ("id", "title", "reason"),
    "challenge.restored": ("id", "title", "reason"),
    "file.infected": ("id", "title", "name", "virus", "kind"),
    "question.asked": ("id", "title"),
    "question.answered": ("id", "title"),
    "question.hidden": ("id", "title", "reason"),
    "achievement.returned": ("id", "title", "reason"),
    "achievement.rejected": ("id", "title", "reason"),
    "achievement.published": ("id", "title"),
    "achievement.taken_down": ("id", "title", "reason"),
    "achievement.restored": ("id", "title", "reason"),
    "approval.asked": ("title", "approval"),
    "approval.released": ("title", "approval"),
    "approval.returned": ("title", "approval", "reason"),
}
SECRETS = frozenset({"token", "code"})
BLANK = ""


def check(kind: str, facts: dict[str, str]) -> None:
    """A kind nobody listed, or one without its facts, is a fault of ours."""
    missing = set(KINDS[kind]) - facts.keys()
    if missing:
        raise ValueError(f"{kind} needs {', '.join(sorted(missing))}")


def without_secrets(facts: dict[str, str]) -> dict[str, str]:
    """What may be kept once the letter is on its way, or never will be."""
    return {name: BLANK if name in SECRETS else value for name, value in facts.items()}

"""Imports every ``models`` module, so that the metadata is complete."""

from marketplace.accounts import models as accounts
from marketplace.achievements import models as achievements
from marketplace.approvals import models as approvals
from marketplace.audit import models as audit
from marketplace.bulk import models as bulk
from marketplace.calendar import models as calendar
from marketplace.challenges import models as challenges
from marketplace.core.db import Base
from marketplace.files import models as files
from marketplace.follows import models as follows
from marketplace.indexing import models as indexing
from marketplace.interests import models as interests
from marketplace.matching import models as matching
from marketplace.notifications import models as notifications
from marketplace.organisations import models as organisations
from marketplace.questions import models as questions
from marketplace.settings import models as settings
from marketplace.tokens import models as tokens

MODULES = (
    audit, settings, accounts, organisations, files, notifications, approvals, achievements, challenges,
    questions, follows, indexing, matching, bulk,
    questions, indexing, matching, bulk,
    indexing, matching, bulk,
    audit, settings, accounts, tokens, organisations, notifications, achievements, challenges, indexing, matching, bulk,
    questions, follows, interests, indexing, matching, bulk,
    audit, settings, accounts, organisations, files, notifications, calendar, approvals, achievements, challenges,
    questions, indexing, matching, bulk,
)  # fmt: skip
metadata = Base.metadata

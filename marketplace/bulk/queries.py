"""Reads. Nobody's rights are asked here: whoever imports is asked for them row by row."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bulk.models import BulkRow
from marketplace.organisations.models import Organisation

Key = tuple[int | None, str]
"""The organisation's row number (None where the thing is an organisation) and the file's own id."""


def imported_keys(session: Session, kind: str, keys: Collection[Key]) -> set[Key]:
    """Those of the keys that an earlier import brought in."""
    wanted: dict[int, list[str]] = defaultdict(list)
    for organisation_id, external_id in keys:
        if organisation_id is not None:
            wanted[organisation_id].append(external_id)
    found: set[Key] = set()
    for organisation_id, external_ids in wanted.items():
        there = session.scalars(
            select(BulkRow.external_id).where(
                BulkRow.kind == kind,
                BulkRow.organisation_id == organisation_id,
                BulkRow.external_id.in_(external_ids),
            )
        )
        found |= {(organisation_id, external_id) for external_id in there}
    return found


def registered_codes(session: Session, keys: Collection[Key]) -> set[Key]:
    """Those of the keys whose code is an organisation's already."""
    codes = [code for _nobody, code in keys]
    return {(None, code) for code in session.scalars(select(Organisation.code).where(Organisation.code.in_(codes)))}

"""Challenges and achievements can be taken down at once."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHALLENGE_STATES = ("draft", "submitted", "returned", "rejected", "scheduled", "open", "withdrawn")
ACHIEVEMENT_STATES = ("draft", "submitted", "returned", "rejected", "scheduled", "listed", "expired", "withdrawn")
TAKEN_DOWN = "taken_down"


def upgrade() -> None:
    _know_states("challenge", (*CHALLENGE_STATES, TAKEN_DOWN))
    _know_states("achievement", (*ACHIEVEMENT_STATES, TAKEN_DOWN))


def downgrade() -> None:
    for table, states in (("challenge", CHALLENGE_STATES), ("achievement", ACHIEVEMENT_STATES)):
        op.execute(f"UPDATE {table} SET state = 'withdrawn' WHERE state = '{TAKEN_DOWN}'")  # it stays out of sight
        _know_states(table, states)


def _know_states(table: str, states: tuple[str, ...]) -> None:
    known = ", ".join(f"'{state}'" for state in states)
    name = f"ck_{table}_state_known"
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), f"state IN ({known})")

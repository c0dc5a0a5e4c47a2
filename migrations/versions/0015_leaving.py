"""Accounts that were closed; codes for a sitting."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sitting_code",
        sa.Column("session_id", BIG, autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["user_session.id"], name=op.f("fk_sitting_code_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sitting_code")),
    )
    op.add_column("user_account", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("user_session", sa.Column("sitting_until", sa.DateTime(timezone=True), nullable=True))
    _count_tries_at("login", "register", "reset", "factor", "sitting", "send_code")


def downgrade() -> None:
    _count_tries_at("login", "register", "reset", "factor")
    op.drop_column("user_session", "sitting_until")
    op.drop_column("user_account", "erased_at")
    op.drop_table("sitting_code")


def _count_tries_at(*kinds: str) -> None:
    """The counts of a day at most are begun anew: their table knows its kinds by a CHECK."""
    op.drop_index("ix_sign_in_attempt_key", "sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_address", "sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*kinds, name="kind_known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_address", "sign_in_attempt", ["kind", "address_hash", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_key", "sign_in_attempt", ["kind", "key_hash", "at"], unique=False)

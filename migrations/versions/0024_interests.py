"""Interests in achievements, and what the two sides write."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "interest",
        sa.Column("id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("achievement_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="state_known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "awaits",
            sa.Enum("seeker", "owner", name="awaits_known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_interest_closed_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"], name=op.f("fk_interest_achievement_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_interest_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interest_public_id")),
        sa.UniqueConstraint(
            "achievement_id", "organisation_id", name=op.f("uq_interest_achievement_id_organisation_id")
        ),
    )
    op.create_index("ix_interest_achievement_id_last_at", "interest", ["achievement_id", "last_at", "id"])
    op.create_index("ix_interest_organisation_id_last_at", "interest", ["organisation_id", "last_at", "id"])
    op.create_table(
        "interest_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("interest_id", KEY, nullable=False),
        sa.Column(
            "side",
            sa.Enum("seeker", "owner", name="side_known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_interest_message_author_id")),
        sa.ForeignKeyConstraint(["interest_id"], ["interest.id"], name=op.f("fk_interest_message_interest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_message")),
    )
    op.create_index("ix_interest_message_interest_id", "interest_message", ["interest_id", "id"])


def downgrade() -> None:
    op.drop_table("interest_message")
    op.drop_table("interest")

"""Matches and what has yet to be matched."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.String(length=12), nullable=False),
        sa.Column("object_kind", sa.String(length=24), nullable=False),
        sa.Column("object_id", sa.String(length=12), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column(
            "band",
            sa.Enum(
                "strong", "medium", "weak", name="band_known", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_match_score_is_a_share")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "object_kind",
            "object_id",
            name=op.f("uq_match_subject_kind_subject_id_object_kind_object_id"),
        ),
    )
    op.create_index("ix_match_object", "match", ["object_kind", "object_id"], unique=False)
    op.create_index("ix_match_subject", "match", ["subject_kind", "subject_id", "score"], unique=False)

    op.create_table(
        "match_task",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_task")),
    )
    op.create_index("ix_match_task_due", "match_task", ["failed_at", "next_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_match_task_due", "match_task")

    op.drop_table("match_task")
    op.drop_index("ix_match_subject", "match")
    op.drop_index("ix_match_object", "match")

    op.drop_table("match")

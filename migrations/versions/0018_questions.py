"""Questions about challenges and numbered clarifications."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("challenge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "answered", "hidden", name="state_known", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_question_answered_has_a_moment")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_question_answer_has_a_moment")
        ),
        sa.CheckConstraint(
            "(state = 'hidden') = (hidden_at IS NOT NULL)", name=op.f("ck_question_hidden_has_a_moment")
        ),
        sa.ForeignKeyConstraint(["asker_id"], ["user_account.id"], name=op.f("fk_question_asker_id")),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_question_challenge_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_question_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_question_public_id")),
    )
    op.create_index("ix_question_asker_id", "question", ["asker_id"], unique=False)
    op.create_index("ix_question_challenge_id_asked_at", "question", ["challenge_id", "asked_at", "id"], unique=False)
    op.create_index("ix_question_challenge_id_state", "question", ["challenge_id", "state"], unique=False)

    op.create_table(
        "clarification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("challenge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("words", "deadline", name="kind_known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous_close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_clarification_counts_from_one")),
        sa.CheckConstraint(
            "(kind = 'deadline') = (previous_close_at IS NOT NULL) AND (kind = 'deadline') = (close_at IS NOT NULL)",
            name=op.f("ck_clarification_deadline_has_its_moments"),
        ),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_clarification_challenge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
        sa.UniqueConstraint("challenge_id", "number", name=op.f("uq_clarification_challenge_id_number")),
    )


def downgrade() -> None:
    op.drop_table("clarification")
    op.drop_index("ix_question_challenge_id_state", "question")
    op.drop_index("ix_question_challenge_id_asked_at", "question")
    op.drop_index("ix_question_asker_id", "question")

    op.drop_table("question")

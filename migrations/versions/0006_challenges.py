"""Challenges with indicators and their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "challenge_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_challenge_number")),
    )
    op.create_table(
        "challenge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "research",
                "scene",
                "transfer",
                "procurement",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("summary_en", sa.Text(), nullable=True),
        sa.Column("background", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("direction", sa.String(length=40), nullable=True),
        sa.Column("other_directions", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=True),
        sa.Column("budget_fen", sa.BigInteger(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("readiness_wanted", sa.Integer(), nullable=True),
        sa.Column("cooperation", sa.JSON(), nullable=False),
        sa.Column(
            "ip_terms",
            sa.Enum(
                "poster",
                "solver",
                "shared",
                "exclusive_licence",
                "negotiable",
                name="ip_terms_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "secrecy",
            sa.Enum(
                "public",
                "internal",
                "trade_secret",
                name="secrecy_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "disclosure",
            sa.Enum("full", "summary", name="disclosure_known", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("has_no_state_secrets", sa.Boolean(), nullable=False),
        sa.Column("particulars", sa.JSON(), nullable=False),
        sa.Column("wanted_close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "rejected",
                "scheduled",
                "open",
                "withdrawn",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(length=1000), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bids_close_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'open' OR (number IS NOT NULL AND published_at IS NOT NULL)",
            name=op.f("ck_challenge_open_has_a_number"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('open', 'scheduled') OR (publish_at IS NOT NULL AND bids_close_at IS NOT NULL)",
            name=op.f("ck_challenge_published_has_its_dates"),
        ),
        sa.CheckConstraint(
            "bids_close_at IS NULL OR publish_at IS NULL OR bids_close_at > publish_at",
            name=op.f("ck_challenge_closes_after_publication"),
        ),
        sa.CheckConstraint("budget_fen >= 0", name=op.f("ck_challenge_budget_not_negative")),
        sa.CheckConstraint("months BETWEEN 1 AND 120", name=op.f("ck_challenge_months_make_sense")),
        sa.CheckConstraint("readiness_wanted BETWEEN 1 AND 9", name=op.f("ck_challenge_readiness_is_a_level")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_challenge_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("number", name=op.f("uq_challenge_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_challenge_public_id")),
    )
    op.create_index("ix_challenge_organisation_id", "challenge", ["organisation_id", "updated_at"], unique=False)
    op.create_index("ix_challenge_state_area", "challenge", ["state", "area", "published_at"], unique=False)
    op.create_index("ix_challenge_state_bids_close_at", "challenge", ["state", "bids_close_at", "id"], unique=False)
    op.create_index("ix_challenge_state_budget_fen", "challenge", ["state", "budget_fen", "id"], unique=False)
    op.create_index("ix_challenge_state_direction", "challenge", ["state", "direction", "published_at"], unique=False)
    op.create_index("ix_challenge_state_kind", "challenge", ["state", "kind", "published_at"], unique=False)
    op.create_index("ix_challenge_state_publish_at", "challenge", ["state", "publish_at"], unique=False)
    op.create_index("ix_challenge_state_published_at", "challenge", ["state", "published_at", "id"], unique=False)

    op.create_table(
        "challenge_indicator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("challenge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column(
            "comparator",
            sa.Enum(
                "at_least",
                "at_most",
                "equal",
                "between",
                "reached",
                name="comparator_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("target", sa.String(length=40), nullable=True),
        sa.Column("target_upper", sa.String(length=40), nullable=True),
        sa.Column("is_mandatory", sa.Boolean(), nullable=False),
        sa.Column("present", sa.String(length=60), nullable=True),
        sa.Column("domestic_best", sa.String(length=60), nullable=True),
        sa.Column("international_best", sa.String(length=60), nullable=True),
        sa.Column("test_method", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_challenge_indicator_challenge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_indicator")),
        sa.UniqueConstraint("challenge_id", "position", name=op.f("uq_challenge_indicator_challenge_id_position")),
    )


def downgrade() -> None:
    op.drop_table("challenge_indicator")
    op.drop_index("ix_challenge_state_published_at", "challenge")
    op.drop_index("ix_challenge_state_publish_at", "challenge")
    op.drop_index("ix_challenge_state_kind", "challenge")
    op.drop_index("ix_challenge_state_direction", "challenge")
    op.drop_index("ix_challenge_state_budget_fen", "challenge")
    op.drop_index("ix_challenge_state_bids_close_at", "challenge")
    op.drop_index("ix_challenge_state_area", "challenge")
    op.drop_index("ix_challenge_organisation_id", "challenge")

    op.drop_table("challenge")
    op.drop_table("challenge_number")

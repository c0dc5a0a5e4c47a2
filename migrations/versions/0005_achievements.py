"""Achievements with figures, ways of cooperation and their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "achievement_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_achievement_number")),
    )
    op.create_table(
        "achievement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("summary_en", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("direction", sa.String(length=40), nullable=True),
        sa.Column("other_directions", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=True),
        sa.Column("readiness", sa.Integer(), nullable=True),
        sa.Column("readiness_scale", sa.String(length=20), nullable=False),
        sa.Column("readiness_evidence", sa.Text(), nullable=True),
        sa.Column("inventors", sa.JSON(), nullable=False),
        sa.Column("cooperation", sa.JSON(), nullable=False),
        sa.Column("price_min_fen", sa.BigInteger(), nullable=True),
        sa.Column("price_max_fen", sa.BigInteger(), nullable=True),
        sa.Column("patents", sa.JSON(), nullable=False),
        sa.Column("has_no_state_secrets", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "rejected",
                "scheduled",
                "listed",
                "expired",
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
        sa.Column("listed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('listed', 'expired') OR (number IS NOT NULL AND published_at IS NOT NULL)",
            name=op.f("ck_achievement_listed_has_a_number"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('listed', 'scheduled', 'expired') OR (publish_at IS NOT NULL AND listed_until IS NOT NULL)",
            name=op.f("ck_achievement_listed_has_its_dates"),
        ),
        sa.CheckConstraint(
            "listed_until IS NULL OR publish_at IS NULL OR listed_until > publish_at",
            name=op.f("ck_achievement_ends_after_publication"),
        ),
        sa.CheckConstraint(
            "price_max_fen IS NULL OR (price_min_fen IS NOT NULL AND price_max_fen >= price_min_fen)",
            name=op.f("ck_achievement_price_range_in_order"),
        ),
        sa.CheckConstraint("price_min_fen > 0", name=op.f("ck_achievement_price_is_positive")),
        sa.CheckConstraint("readiness BETWEEN 1 AND 9", name=op.f("ck_achievement_readiness_is_a_level")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_achievement_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement")),
        sa.UniqueConstraint("number", name=op.f("uq_achievement_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_achievement_public_id")),
    )
    op.create_index("ix_achievement_organisation_id", "achievement", ["organisation_id", "updated_at"], unique=False)
    op.create_index("ix_achievement_state_area", "achievement", ["state", "area", "published_at"], unique=False)
    op.create_index(
        "ix_achievement_state_direction", "achievement", ["state", "direction", "published_at"], unique=False
    )
    op.create_index("ix_achievement_state_listed_until", "achievement", ["state", "listed_until"], unique=False)
    op.create_index("ix_achievement_state_price_min_fen", "achievement", ["state", "price_min_fen", "id"], unique=False)
    op.create_index("ix_achievement_state_publish_at", "achievement", ["state", "publish_at"], unique=False)
    op.create_index("ix_achievement_state_published_at", "achievement", ["state", "published_at", "id"], unique=False)
    op.create_index("ix_achievement_state_readiness", "achievement", ["state", "readiness", "id"], unique=False)
    op.create_index("ix_achievement_state_submitted_at", "achievement", ["state", "submitted_at", "id"], unique=False)

    op.create_table(
        "achievement_cooperation",
        sa.Column("achievement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "transfer",
                "licence",
                "equity",
                "joint_development",
                "commissioned",
                "consulting",
                "free_trial",
                name="mode_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_achievement_cooperation_achievement_id")
        ),
        sa.PrimaryKeyConstraint("achievement_id", "mode", name=op.f("pk_achievement_cooperation")),
    )
    op.create_index(
        "ix_achievement_cooperation_mode", "achievement_cooperation", ["mode", "achievement_id"], unique=False
    )

    op.create_table(
        "achievement_figure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("achievement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_achievement_figure_achievement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement_figure")),
        sa.UniqueConstraint("achievement_id", "position", name=op.f("uq_achievement_figure_achievement_id_position")),
    )


def downgrade() -> None:
    op.drop_table("achievement_figure")
    op.drop_index("ix_achievement_cooperation_mode", "achievement_cooperation")

    op.drop_table("achievement_cooperation")
    op.drop_index("ix_achievement_state_submitted_at", "achievement")
    op.drop_index("ix_achievement_state_readiness", "achievement")
    op.drop_index("ix_achievement_state_published_at", "achievement")
    op.drop_index("ix_achievement_state_publish_at", "achievement")
    op.drop_index("ix_achievement_state_price_min_fen", "achievement")
    op.drop_index("ix_achievement_state_listed_until", "achievement")
    op.drop_index("ix_achievement_state_direction", "achievement")
    op.drop_index("ix_achievement_state_area", "achievement")
    op.drop_index("ix_achievement_organisation_id", "achievement")

    op.drop_table("achievement")
    op.drop_table("achievement_number")

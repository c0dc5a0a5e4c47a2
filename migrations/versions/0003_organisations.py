"""Organisations and memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "enterprise",
                "university",
                "institute",
                "new_rnd",
                "hospital",
                "agency",
                "provider",
                "other",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "size",
            sa.Enum(
                "large",
                "medium",
                "small",
                "micro",
                name="size_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("area", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("introduction_en", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "unverified",
                "submitted",
                "verified",
                "rejected",
                "suspended",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'verified' OR verified_at IS NOT NULL", name=op.f("ck_organisation_verified_has_a_date")
        ),
        sa.CheckConstraint("length(code) = 18", name=op.f("ck_organisation_code_has_18_characters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
    )
    op.create_index("ix_organisation_state_area", "organisation", ["state", "area"], unique=False)
    op.create_index("ix_organisation_state_kind", "organisation", ["state", "kind"], unique=False)
    op.create_index("ix_organisation_state_verified_at", "organisation", ["state", "verified_at"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "operator",
                "area_officer",
                "supervisor",
                "finance_officer",
                "owner",
                "approver",
                "editor",
                "reader",
                name="role_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'approver', 'editor', 'reader')", name=op.f("ck_membership_role_of_a_member")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("user_id", "organisation_id", name=op.f("uq_membership_user_id_organisation_id")),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_membership_organisation_id"), "membership")

    op.drop_table("membership")
    op.drop_index("ix_organisation_state_verified_at", "organisation")
    op.drop_index("ix_organisation_state_kind", "organisation")
    op.drop_index("ix_organisation_state_area", "organisation")

    op.drop_table("organisation")

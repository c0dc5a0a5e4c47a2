"""Qualifications of organisations with number and validity; who looks after an organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "pilot",
    "chain_leader",
    "hidden_champion",
    "little_giant",
    "specialised",
    "high_tech",
    "tech_centre",
    "transfer_agency",
    "testing_body",
    "park",
    "accelerator",
    "incubator",
    "pilot_base",
    "service_platform",
    "innovation_centre",
    "expert_station",
)
STATES = ("claimed", "confirmed", "refused")
COMMISSIONER = "fk_organisation_commissioner_id"


def _choice(column: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=f"{column}_known", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("organisation") as batch:
        batch.add_column(sa.Column("commissioner_id", NUMBER, nullable=True))
        batch.create_foreign_key(op.f(COMMISSIONER), "user_account", ["commissioner_id"], ["id"])
    op.create_table(
        "qualification",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", NUMBER, nullable=False),
        sa.Column("kind", _choice("kind", *KINDS), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("state", _choice("state", *STATES), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_qualification_days_in_order")
        ),
        sa.CheckConstraint(
            "(state = 'claimed') = (decided_at IS NULL)", name=op.f("ck_qualification_decided_has_a_moment")
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (reason IS NOT NULL)", name=op.f("ck_qualification_refused_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_qualification_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
        sa.UniqueConstraint("public_id", name=op.f("uq_qualification_public_id")),
    )
    op.create_index("ix_qualification_organisation_id", "qualification", ["organisation_id"], unique=False)
    op.create_index("ix_qualification_kind", "qualification", ["kind", "state", "organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_qualification_kind", "qualification")
    op.drop_index("ix_qualification_organisation_id", "qualification")
    op.drop_table("qualification")
    with op.batch_alter_table("organisation") as batch:
        batch.drop_constraint(op.f(COMMISSIONER), type_="foreignkey")
        batch.drop_column("commissioner_id")

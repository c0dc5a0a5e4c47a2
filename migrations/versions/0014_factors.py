"""Keys of persons, second factors, consents with their time; where sessions came from."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_SESSIONS = ("awaits_factor", "asks_consent", "origin")


def upgrade() -> None:
    op.create_table(
        "person_key",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name=op.f("ck_person_key_destroyed_has_no_key")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_person_key_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_person_key")),
    )
    op.create_table(
        "totp_factor",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_totp_factor_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_consent_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("user_id", "version", name=op.f("uq_consent_user_id_version")),
    )
    op.execute(
        "INSERT INTO consent (user_id, version, agreed_at) "
        "SELECT id, consent_version, created_at FROM user_account WHERE consent_version IS NOT NULL"
    )
    op.add_column("user_session", sa.Column("awaits_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("user_session", sa.Column("asks_consent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("user_session", sa.Column("origin", sa.Text(), nullable=True))
    _count_tries_at("login", "register", "reset", "factor")


def downgrade() -> None:
    _count_tries_at("login", "register", "reset")
    for column in OF_SESSIONS:
        op.drop_column("user_session", column)
    op.drop_table("consent")
    op.drop_index(op.f("ix_recovery_code_user_id"), "recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("totp_factor")
    op.drop_table("person_key")


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

"""Where the log ended on each day, published and signed, and the keys that sign."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("public", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "daily_head",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["signing_key.id"], name=op.f("fk_daily_head_key_id")),
        sa.ForeignKeyConstraint(["number"], ["audit_entry.number"], name=op.f("fk_daily_head_number")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_daily_head")),
    )
    verbs = ("UPDATE", "DELETE")
    if op.get_bind().dialect.name == "postgresql":
        for verb in verbs:
            op.execute(
                f"CREATE TRIGGER daily_head_refuses_{verb.lower()} BEFORE {verb} ON daily_head "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        op.execute(
            "CREATE TRIGGER daily_head_refuses_truncate BEFORE TRUNCATE ON daily_head "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in verbs:
        op.execute(
            f"CREATE TRIGGER daily_head_refuses_{verb.lower()} BEFORE {verb} ON daily_head "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table("daily_head")
    op.drop_table("signing_key")

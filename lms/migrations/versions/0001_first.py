"""The whole schema of the first release."""

from alembic import op

from lms import db

revision = "0001"
down_revision = None


def upgrade() -> None:
    bind = op.get_bind()
    db.Base.metadata.create_all(bind)
    if bind.dialect.name == "postgresql":
        op.execute(db.POSTGRES_REFUSAL)
    for table in db.append_only_tables():
        for ddl in db.triggers_of(table.name, bind.dialect.name).values():
            op.execute(ddl)


def downgrade() -> None:
    bind = op.get_bind()
    db.Base.metadata.drop_all(bind)

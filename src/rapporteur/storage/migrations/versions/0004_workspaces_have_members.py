"""Workspaces have members and providers' credentials, keys have scopes and an end, the webhook ledger tells more."""

from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('members',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_members_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_members')),
    sa.UniqueConstraint('workspace_id', 'email', name=op.f('uq_members_workspace_id_email'))
    )
    op.create_table('provider_credentials',
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('provider', sa.String(length=64), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('masked', sa.JSON(), nullable=False),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('updated_at_ms', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_provider_credentials_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('workspace_id', 'provider', name=op.f('pk_provider_credentials'))
    )
    with op.batch_alter_table('api_keys', schema=None) as batch_op:
        # Keys of before could do everything.
        batch_op.add_column(sa.Column('scopes', sa.String(length=64), nullable=False, server_default='read write admin'))
        batch_op.add_column(sa.Column('expires_at_ms', sa.Double(), nullable=True))
    with op.batch_alter_table('webhook_endpoints', schema=None) as batch_op:
        batch_op.add_column(sa.Column('previous_secret', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('previous_until_ms', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('disabled_at_ms', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('disabled_reason', sa.String(length=32), nullable=True))
    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('event_id', sa.String(length=36), nullable=True))
    # What was owed until now went out under the delivery's own id, and goes on to.
    op.execute('UPDATE webhook_deliveries SET event_id = id')
    with op.batch_alter_table('webhook_attempts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('response', sa.Text(), nullable=True))

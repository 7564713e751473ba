"""A write for a user whose account was just deleted is refused like a request without a session."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

import pytest

from domain.identity.client_info import ClientInfo
from domain.identity.mfa import NewPasskey
from domain.identity.one_time_token import OneTimeToken, TokenPurpose
from domain.operations.idempotency import KeyedRequest, StoredAnswer
from domain.permissions import Actor
from domain.session import AccountGone, NotAuthenticated
from repository import models
from repository.base_model import BaseTableModel
from repository.connection import Connection
from repository.identity.api_token_repository import ApiTokenRepository
from repository.identity.data_export_repository import DataExportRepository
from repository.identity.mfa_repository import MfaRepository
from repository.identity.one_time_token_repository import OneTimeTokenRepository
from repository.identity.passkey_repository import PasskeyRepository
from repository.identity.pending_sign_in_repository import PendingSignInRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from repository.operations.idempotency_repository import IdempotencyRepository
from repository.sql.owned_repository import OwnedRepository
from repository.sql.rows import RowMapper
from service.factory import Factory
from tests.support.specimen import Memo, MemoRepository
from tests.test_architecture.source import descendants, import_modules

Write: TypeAlias = Callable[[Connection, UUID], Awaitable[object]]

HASH = bytes(32)
DAY = timedelta(days=1)

WRITES: dict[type[BaseTableModel], Write] = {
    models.ApiToken: lambda connection, user_id: ApiTokenRepository(connection).add(
        user_id, name="CI", scopes=["read"], token_hash=HASH, hint="abcd", lifetime=DAY
    ),
    models.DataExport: lambda connection, user_id: DataExportRepository(connection).add(user_id),
    models.IdempotencyKey: lambda connection, user_id: IdempotencyRepository(connection).keep(
        user_id, KeyedRequest("key", HASH), StoredAnswer(200, {}, "")
    ),
    models.OneTimeToken: lambda connection, user_id: OneTimeTokenRepository(connection).put(
        OneTimeToken(uuid4(), user_id, TokenPurpose.VERIFY_EMAIL, "ada@example.com"), token_hash=HASH, lifetime=DAY
    ),
    models.Passkey: lambda connection, user_id: PasskeyRepository(connection).add(
        user_id, NewPasskey(HASH, HASH, 0, (), is_backed_up=False), name="Phone"
    ),
    models.PendingSignIn: lambda connection, user_id: PendingSignInRepository(connection).add(user_id, HASH),
    models.RecoveryCode: lambda connection, user_id: MfaRepository(connection).replace_recovery_codes(user_id, [HASH]),
    models.Session: lambda connection, user_id: SignInSessionRepository(connection).open(
        user_id, client=ClientInfo(), lifetime=DAY
    ),
    models.TotpSeed: lambda connection, user_id: MfaRepository(connection).enroll(user_id, HASH),
}
SAFE = {models.ExternalIdentity: "the transaction has added or locked the user's row"}


def _refers_to_a_user(table: type[BaseTableModel]) -> bool:
    return any(key.column.table is models.User.__table__ for key in table.__table__.foreign_keys)


def test_every_table_that_refers_to_users_is_tested() -> None:
    import_modules("repository")
    tables = {mapper.class_ for mapper in BaseTableModel.registry.mappers}
    of_users = {table for table in tables if _refers_to_a_user(table)}
    # `OwnedRepository` translates the violation for all its subclasses.
    owned = {kind.table for kind in descendants(OwnedRepository) if "table" in vars(kind)}
    assert of_users - owned == {*WRITES, *SAFE}


@pytest.mark.parametrize("table", WRITES, ids=lambda table: table.__tablename__)
async def test_a_row_of_a_deleted_user_is_refused(factory: Factory, table: type[BaseTableModel]) -> None:
    with pytest.raises((NotAuthenticated, AccountGone)):
        async with factory.unit_of_work() as work:
            await WRITES[table](work.connection, uuid4())


@dataclass
class _AddedMemo:
    id: UUID


class _MemosOnce(MemoRepository):
    async def add_unless_there(self, memo_id: UUID) -> _AddedMemo | None:
        values = {"id": memo_id, "title": "A"}
        rows_as = RowMapper(_AddedMemo, Memo)  # type: ignore[arg-type]  # not the product's
        return await self._insert_unless_there(values, unique=(Memo.id,), unique_where=None, rows_as=rows_as)


@pytest.mark.usefixtures("specimen")
async def test_a_row_that_may_be_there_is_refused_as_well(factory: Factory) -> None:
    with pytest.raises(NotAuthenticated):
        async with factory.unit_of_work() as work:
            await _MemosOnce(work.connection, Actor(uuid4())).add_unless_there(uuid4())

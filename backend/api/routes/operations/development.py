"""Aids for developers, outside production only."""

from fastapi import APIRouter, Depends

from api.dependencies import count_request, factory_dep, public_unit_of_work_dep
from api.schemas.envelope import Data
from api.schemas.operations.development import DemoAccountResponse, DevelopmentResponse
from core import demo_account

router = APIRouter(prefix="/api/development", tags=["system"], dependencies=[Depends(count_request)])


@router.get("")
async def get_development(factory: factory_dep, work: public_unit_of_work_dep) -> Data[DevelopmentResponse]:
    """Return the aids of development: the developers' pages and the demo account. Production has neither."""
    if not factory.resources.settings.shows_developer_pages:
        return Data(data=DevelopmentResponse(developer_pages=False, demo_account=None))
    has_account = await work.identity.admin_bootstrap.has_account(demo_account.EMAIL)
    account = DemoAccountResponse(email=demo_account.EMAIL, password=demo_account.PASSWORD) if has_account else None
    return Data(data=DevelopmentResponse(developer_pages=True, demo_account=account))

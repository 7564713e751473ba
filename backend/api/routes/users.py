"""Accounts."""

from fastapi import APIRouter

from api.dependencies import current_user_dep
from api.documentation import errors
from api.exceptions import NotAuthenticatedException
from api.schemas import Data, UserResponse

router = APIRouter(prefix="/api/users", tags=["users"], responses=errors(NotAuthenticatedException))


@router.get("/me")
async def get_current_user(user: current_user_dep) -> Data[UserResponse]:
    """Return the account that the request is signed in with.

    Raises:
        NotAuthenticated: nobody is signed in.
    """
    return Data(data=UserResponse.of(user))

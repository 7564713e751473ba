"""Objects that the identity area creates once per process."""

from core.db import Database
from core.metrics.metrics import Metrics
from core.redis.attempts import Attempts
from core.settings import Settings
from domain.identity.client_info import ClientInfo
from domain.identity.security_event import SecurityEventKind
from repository.connection import Connection
from repository.identity.api_token_repository import ApiTokenRepository
from repository.identity.sign_in_session_repository import SignInSessionRepository
from service.identity.attempt_limits import LIMITED_KINDS, AttemptLimits
from service.identity.known_devices import KnownDevices
from service.identity.openid_connect import OpenIdProviders
from service.identity.passkey_ceremony import PasskeyCeremony
from service.identity.session_issuer import SessionIssuer
from service.identity.token_usage_recorder import TokenUsageRecorder
from service.identity.totp import TotpCodes
from service.security import AccessTokens, OneTimeSecrets, PasswordHasher, RefreshTokens, Signer

# Long enough to gather the tokens of many requests into one statement.
TOKEN_USAGE_SECONDS = 5.0


class IdentityResources:
    """Objects that the area creates once per process."""

    def __init__(self, settings: Settings, database: Database, attempts: Attempts, *, metrics: Metrics) -> None:
        self.settings = settings
        self.metrics = metrics
        metrics.expect_security_kinds(events=SecurityEventKind, attempts=LIMITED_KINDS)
        self.attempts = attempts
        self.hasher = PasswordHasher(settings)
        self.one_time_secrets = OneTimeSecrets(settings)
        self.access_tokens = AccessTokens(settings)
        self.refresh_tokens = RefreshTokens(settings)
        self.totp_codes = TotpCodes(settings)
        self.passkey_ceremony = PasskeyCeremony(settings)
        self.openid_providers = OpenIdProviders(settings)
        self.devices = KnownDevices(Signer(settings, purpose=b"device-of-proved-address"))
        tokens = ApiTokenRepository(Connection(database.acquire))
        self.token_usage = TokenUsageRecorder(tokens.mark_used, every_seconds=TOKEN_USAGE_SECONDS)

    def limits(self, client: ClientInfo) -> AttemptLimits:
        """Return the limits on guessing and on causing emails for one client."""
        return AttemptLimits(
            self.attempts,
            self.devices,
            client=client,
            is_enabled=self.settings.rate_limits_enabled,
            count_refused=self.metrics.count_refused_attempt,
        )

    def session_issuer(self, sessions: SignInSessionRepository, client: ClientInfo) -> SessionIssuer:
        """Return the issuer of one client's sessions, in the transaction of `sessions`."""
        return SessionIssuer(
            sessions,
            self.access_tokens,
            self.refresh_tokens,
            self.devices,
            client=client,
            lifetime=self.settings.session_lifetime,
            longest=self.settings.session_longest_lifetime,
        )

    async def close(self) -> None:
        """Write the pending token uses and close the connections to identity providers."""
        await self.token_usage.flush()
        await self.openid_providers.close()

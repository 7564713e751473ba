"""The names of our cookies outside production."""

from core import product

ACCESS_COOKIE = f"{product.SLUG}-access"
REFRESH = f"{product.SLUG}-refresh"
PENDING = f"{product.SLUG}-mfa"
DEVICE = f"{product.SLUG}-device"
# The only one that scripts can read.
SESSION_MARK = f"{product.SLUG}-signed-in"
HANDSHAKE = f"{product.SLUG}-openid"
WROTE = f"{product.SLUG}-wrote"

"""What httpx raises where a request cannot be made, or is answered with a failure.

`httpx.HTTPError` is not all of it: an address that it does not take is told by other errors.
"""

from __future__ import annotations

import httpx

NOT_SENT = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)
"""The third is what the names of hosts raise that no host can have."""

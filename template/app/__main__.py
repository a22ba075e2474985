"""`python -m app`: run the service in production."""

import sys

from app.core.config import SettingsError, load_settings
from app.core.logging import configure_logging
from app.server import serve


def main() -> None:
    """Serve, or exit with the settings that are missing or invalid."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    configure_logging(settings)
    serve(settings)


if __name__ == "__main__":
    main()

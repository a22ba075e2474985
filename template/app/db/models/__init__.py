"""Tables, one module each; importing this package loads them all into `metadata`."""

from app.core.discovery import import_modules
from app.db.base import Base

import_modules(__name__)

metadata = Base.metadata

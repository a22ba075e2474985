"""What every layer may use: settings, errors, logging. It imports no other layer."""

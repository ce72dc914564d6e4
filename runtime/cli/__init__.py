"""The command `retroduct`."""

import sys

from runtime.bundle.problems import BundleError
from runtime.cli.app import app
from runtime.cli.output import complain, complain_of_bundle
from runtime.loading.client import ApiError
from shared.problems import Problem

__all__ = ["main"]


def main() -> None:
    """Run the command line; what goes wrong for a known reason is one clear line and exit 1."""
    try:
        app()
    except BundleError as error:
        complain_of_bundle(error)
    except (ApiError, Problem, TimeoutError, OSError) as error:
        complain(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        return
    sys.exit(1)

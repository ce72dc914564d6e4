"""The command `retroduct`."""

import faulthandler
import sys

from runtime.bundle.problems import BundleError
from runtime.cli.app import app
from runtime.cli.output import complain, complain_of_bundle
from runtime.loading.client import ApiError
from shared.http.problems import Problem
from shared.ops.process import release_memory

__all__ = ["main"]


def main() -> None:
    """Run the command line; what goes wrong for a known reason is one clear line and exit 1.

    Should the interpreter itself crash, it says where on standard error.
    """
    if sys.__stderr__ is not None:
        faulthandler.enable(sys.__stderr__)
    try:
        app()
    except BundleError as error:
        complain_of_bundle(error)
    except (ApiError, Problem, TimeoutError) as error:
        complain(str(error))
    except OSError as error:
        complain(_in_words(error))
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        return
    finally:
        release_memory()
    sys.exit(1)


def _in_words(error: OSError) -> str:
    """What the system would not do, to which file, and what to do about it."""
    if error.filename is None:
        return str(error)
    why = (error.strerror or str(error)).lower()
    return (
        f"'{error.filename}' cannot be used ({why}); name another place, "
        "or set RETRODUCT_HOME to a folder that you may write into"
    )

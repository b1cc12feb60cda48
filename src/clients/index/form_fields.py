"""Prints the form that an index wants with a file, as twine reads it from the file: [[field, value], ...]."""

import json
import sys

from twine.exceptions import TwineException
from twine.package import PackageFile
from twine.repository import Repository

try:
    package = PackageFile.from_filename(sys.argv[1], sys.argv[2] or None)
except (TwineException, ValueError) as error:
    sys.exit(str(error))
print(json.dumps(Repository._convert_metadata_to_list_of_tuples(package.metadata_dictionary())))

import sys

from pynomaly_lite.cli import main

sys.exit(main())

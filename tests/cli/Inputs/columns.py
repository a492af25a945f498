"""columns.py FILE NAME...: these columns of a CSV file; one that it lacks is empty."""
import csv
import sys

rows = csv.DictReader(open(sys.argv[1]))
out = csv.DictWriter(sys.stdout, sys.argv[2:], extrasaction="ignore")
out.writeheader()
out.writerows(rows)

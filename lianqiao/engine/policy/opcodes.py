"""What the bulk evaluator's machine code is told, by number; apart from it: a compiler takes long to load.

Machine code kept on a disk has these numbers in it: where one changes, change `kernel.py` too.
"""

from __future__ import annotations

# parties in a word of a bit plane
WORD = 64
# words of a block: large enough to drown the cost of an instruction, small enough for the second-level cache
BLOCK = 64

# what a test asks of its column; `LESS` is the only order needed: x >= 3 is not x < 3
LESS_64, LESS_32, EQUAL_8, FLAG, BITS_64, HAS, CONSTANT = range(7)
# what a step does with its operands
ALL, ANY = range(2)

"""Neural networks: DINOv3, DINOv2, dino.txt, the built-in model, tokenizers, checkpoint layouts, the zoo.

`load_model` of `dinodesk.models.loader` loads any of them; `zoo` knows the files of each name.
"""

import os

# Spinning OpenMP threads make everything three to four times slower beside one busy program; this must
# be set before torch is imported anywhere.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

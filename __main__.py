"""The program: reads the stack's settings, builds what they describe, exports where it is."""

import pulumi

from stacks import assets, settings

for key, value in assets.build(settings.load(), assets.posture(pulumi.get_stack())).items():
    pulumi.export(key, value)

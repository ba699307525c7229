"""The program: reads the stack's settings, builds what they describe, exports where it is."""

import pulumi

from stacks import assets, settings

environment = assets.posture(pulumi.get_stack())
told = settings.load(makes_its_zone=environment.makes_its_zone)
for key, value in assets.build(told, environment).items():
    pulumi.export(key, value)

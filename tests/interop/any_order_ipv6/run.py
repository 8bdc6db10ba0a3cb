"""What any_order shows, over IPv6: the kernel takes routes and addresses away by rules of its own there."""
from chance import seeded
from one_box import OneBox


def run(lab):
    OneBox(lab, seeded(), family=6).go_on()

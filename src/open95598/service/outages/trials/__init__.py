"""How well outages are found, measured on storms whose truth is known. Pure: no Django, no clock; drawn from seeds.

`grids` a made grid · `storms` what fails and who reports it · `scoring` what an engine made of it · `measuring`
engines side by side.
"""

"""The demonstration: a made-up utility with a year behind it, and a simulator in which its people go on working.

Everything happens through the services that the pages use. An installation is a demonstration from the day it is
built as one (``marker``); none of this touches any other.
"""

"""The robot of `tinhso demo --check`: walks the real pages as people do, and knows nothing but HTML and HTTP.

page.py reads a page, answers.py thinks of answers, visitor.py is somebody with a browser, citizen.py and officers.py
are what they do, stories.py is what dossiers live through, words.py judges the words on a page. Nothing here imports a
room above the kernel.
"""

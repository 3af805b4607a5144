"""From a draft to a dossier with a code."""

from cases_house import statements, writes

def test_smoke(house):
    draft = house.draft()
    with statements() as seen:
        filed = house.send(draft)
    for s in seen: print(s[:150].replace("\n"," "))
    print(filed)
    d = house.filed()
    house.accept(d)
    print(len(seen), len(writes(seen)))

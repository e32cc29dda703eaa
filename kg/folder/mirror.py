"""A graph kept the same at a SPARQL endpoint: what has changed since the last time is sent, what has gone is dropped.

The library remembers what stands at each endpoint, and forgets it while something is sent; so after a transfer that was
cut short, or failed, all is sent anew.
"""

from pathlib import Path

from policykg.kg.folder.library import Library
from policykg.kg.folder.manifest import Manifest
from policykg.kg.folder.sources import Progress
from policykg.kg.store import Store
from policykg.ontology.namespace import graph_iri


def mirror(out: Path, manifest: Manifest, address: str, library: Library, progress: Progress) -> None:
    """Bring the documents of the graph in an output folder, and those alone of its own, to an endpoint.

    Documents that others brought there are not touched.

    Raises:
        StoreError: the endpoint does not answer or refuses; the output folder is whole all the same.
    """
    with Store.open(out) as store, Store.create(address) as target:
        present = set(target.graphs())
        remembered = library.mirrored(target.place)
        there = {name: made_of if graph_iri(name) in present else "" for name, made_of in remembered.items()}
        wanted = {one.name: one.made_of for one in manifest.documents}
        library.keep_mirrored(target.place, dict.fromkeys({**there, **wanted}, ""))
        if not any(there.values()):
            target.load_ontology()
        changed = [name for name, made_of in wanted.items() if there.get(name) != made_of]
        for done, name in enumerate(changed):
            progress("store", name, done, len(changed))
            target.replace_document(graph_iri(name), store.quads(graph_iri(name)))
        for name in there:
            if name not in wanted:
                target.remove_document(graph_iri(name))
        target.finish()
        progress("store", "", len(changed), len(changed))
        library.keep_mirrored(target.place, wanted)

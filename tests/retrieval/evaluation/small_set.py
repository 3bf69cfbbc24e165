"""A set written for the tests: three articles of two paragraphs, a question or two on each."""

import json

ARTICLES = {
    "Le pont de Brenval": [
        (
            "Le pont de Brenval enjambe la rivière Ourne. Il fut bâti en 1874 par l'ingénieur "
            "Achille Morvan, qui choisit le granit gris des carrières voisines.",
            [
                ("b1", "Quel ingénieur a bâti le pont de Brenval ?", "Achille Morvan"),
                ("b2", "En quelle année le pont de Brenval fut-il bâti ?", "1874"),
            ],
        ),
        (
            "Chaque été, la fête des lanternes éclaire les berges. Des barques décorées "
            "descendent le courant jusqu'au moulin de Sarlande, où un concert les attend.",
            [("b3", "Où descendent les barques de la fête des lanternes ?", "moulin de Sarlande")],
        ),
    ],
    "La pomme de Quintal": [
        (
            "La pomme de Quintal mûrit en octobre. Sa peau rouge et sa chair acide en font un "
            "fruit recherché pour le cidre.",
            [("q1", "Quand la pomme de Quintal mûrit-elle ?", "en octobre")],
        ),
        (
            "Le verger conservatoire compte 312 arbres, que le botaniste Hugo Lestrade greffe "
            "lui-même chaque mois de mars.",
            [("q2", "Combien d'arbres compte le verger conservatoire ?", "312")],
        ),
    ],
    "Le phare de Kermor": [
        (
            "Le phare de Kermor mesure quarante mètres. Sa lampe porte à vingt milles marins par "
            "temps clair.",
            [("k1", "Quelle est la hauteur du phare de Kermor ?", "quarante mètres")],
        ),
        (
            "La dernière gardienne, Yvonne Le Bihan, quitta la tour lors de l'automatisation de "
            "la lanterne et ouvrit une librairie au port.",
            [("k2", "Quelle gardienne a ouvert une librairie ?", "Yvonne Le Bihan")],
        ),
    ],
}


def write_small_set(path):
    """Write the set as a SQuAD file."""
    return write_set(path, ARTICLES)


def write_set(path, articles):
    """Write a SQuAD file: paragraphs by title, questions by paragraph, some without an answer."""

    def asked(context, each, question, answer):
        if answer is None:
            return {"id": each, "question": question, "is_impossible": True}
        answers = [{"text": answer, "answer_start": context.index(answer)}]
        return {"id": each, "question": question, "answers": answers}

    data = [
        {
            "title": title,
            "paragraphs": [
                {"context": context, "qas": [asked(context, *each) for each in questions]}
                for context, questions in paragraphs
            ],
        }
        for title, paragraphs in articles.items()
    ]
    path.write_text(json.dumps({"version": "1", "data": data}, ensure_ascii=False), "utf-8")
    return path

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sentences import ends_sentence, split_sentences

ROOT = Path(__file__).parents[2]

# One case a line, a bar where a sentence ends and the next starts.
CASES = """
M. Erdogan est inscrit.|Il parle.
Selon M.Dourov, tout va bien.|M.Erdogan a lancé une chaîne.
Le premier ministre M. É. Philippe démissionne.|Il part.
MM. Dupont et Durand sont là.|Ils partent.
Mme. Dupont est là.|Mme Durand aussi.
Le Dr. Martin et le Pr. Durand sont venus.|Ils partent.
Il habite à St. Denis depuis dix ans.|Elle aussi.
Ste. Marie, vers 1900 apr. J.-C., fut bâtie.|Oui.
J. K. Rowling a écrit ce livre.|Il est long.
George W. Bush et John F. Kennedy furent présidents.|Ils sont connus.
Jean-Paul II (J.-P. II) vint.|Il repartit.
Napoléon Ier.|Il régna.
Environ 1,5 million par jour.|Elle compte 72.000 abonnés.|Fin.
Il mesure 1.75 m.|Il pèse 70 kg.
Il fait 20 °C.|Environ 7 000 prisonniers attendent.
Il a eu une note de 10 sur 20.|1998 fut meilleure.
Il vend des pommes, des poires, etc. et part.|Il revient.
Il vend des pommes, des poires, etc.|Il revient.
En 52 av. J.-C. il fut vaincu.|César gagna.
Il vécut en 52 av. J.-C.|César gagna.
Il est né vers (env. 1850) à Paris.|Il y meurt.
Le XIXe s. fut long.|Le XXe aussi.
Voir p. 12 du livre.|Voir aussi le reste.
Chap. 3, art. 5, al. 2 du Code.|Fin.
Vol. 2, éd. Gallimard.|Lire aussi le t. 3.
Cf. Dupont (2010), p. 3 et suiv. pour la suite.|Fin.
Le n° 5 gagne.|Le no. 7 perd.
Il arrive à 10 h.|Elle part à 11 h. 30.
Il vit aux U.S.A. depuis 2010.|Il y travaille.
Il vit aux U.S.A.|Il y travaille.
La S.N.C.F. a annoncé une grève.|Elle dure.
C'est le plan B.|On y va.
De la vitamine D.|Par ailleurs, du fer.
L'entreprise Apple Inc. a gagné.|Google aussi.
Les craintes de Youtube et d'instagram…vont encore augmenter.|Oui.
Il hésita… puis partit.|Elle resta…|Il revint.
Il hésita... puis partit.|Elle resta...|Il revint.
Voir https://example.org/a.html?b=1.|La suite est là.
Le site www.lemonde.fr a fermé.|Il rouvre.
Le réseau qu'il avait fondé (VK.com) a fermé.
C'est vrai.Ils sont venus.
« Utilisez Signal ! » avait-il conseillé aux mécontents.
Il a crié : « Venez ! »|Puis il est parti.
Il dit : « Oui. »|Elle dit : « Non. »
Il dit : « Oui ».|Elle dit : « Non ».
«Ils ont tort.»|Il le répète.
“Venez !”|Puis il est parti.
Il dit "Venez !"|Puis il est parti.
La mer donne. "|Ses personnages restent.
Il partit.|"Je viens", dit-elle.
« Nous voulons le dire.|Nous le disons », a-t-il affirmé.
Les traîtres… », suivi par son collègue, rit.
Il est parti (vraiment !).|Puis il revient.
(Il est parti.)|Puis il revient.
Il paie (voir p. 3. Un tarif existe) chaque mois.|Puis il revient.
Bien sûr !|Vraiment ?|Oui.
Quoi ?! dit-il.|Rien.
Quoi ?!|Rien.
Yahoo! a été vendu.|Google aussi.
Il souffre. […]|On le dit souvent.
Bravo.|Super ! 🙂
il est venu avec sa mère.|elle est partie.
1. Le premier point.|2. Le second point.
2.3. Les animaux sont admis.|Fin.
Le philosophe J.-J. Rousseau est né à Genève.|J.-B. Lhermitte aussi.
Le repas est fixé au dim. 8 déc. 2024 à 12 h 30.|Le sam. 1er juin aussi.
Ouvert Lun. - Ven. et Sam. 9h-12h tous.|Il va à la mer.|10 h plus tard, il rentre.
Il nage dans la mer.|3 bateaux partent.
Valable du 1er oct. 2024 au 30 avr. 2025.|Dép. 49, réf. 1234.
Elle se lève en oct.|Ou pas.
De 3 à 5 °C, max. 7 °C.|Min. 2 °C.
Les Ets. Martin sont au 3, bld. Victor Hugo.|Oui.
Tél. : 02 41 55 18 70.|Âge min. : 6 ans.
Mar. et jeu. : 14 h - 18 h.|Ven. : 15 h.
Il part.|Mais, dit-elle, il revient.
Pourquoi partir ? : une enquête.|Bravo !|:) dit-elle.
Ouvert de 14 h à 18 h.|L'accès est gratuit.
Voir p.|C'est tout.
Préfacé par Th. Gautier et J.-Ch. Daubigny.|Ph. Masson l'édita.
Il servit M. le préfet Cl. Bernard.|Rien d'autre.
L'or vient d'Ulm.|Korneïev l'a vu à l'Est.|Rien.
L'eau monta de 7 m. 32 en un jour.|Voir le §. 3 du rapport.
Voir Arch. dép. de la Sarthe (Cass. soc. 3 mai).|Fin.
Article 3. Vol
Chapitre II. Dispositions
Étape 2. Versez la farine.|Mélangez.
Art. 3.1. Les animaux sont admis.|Fin.
Article 1er. Objet.|Le présent règlement s'applique.
ARTICLE 1ER. OBJET.|Le présent règlement s'applique.
Art. R. 123-4. Le maire décide.|Voir l'art. L. 121-1 du Code.|Fin.
Article L. 121-1. Le maire décide.|Fin.
Article 14-2. Fonds.|Il est créé.
Art. 5 bis. Bruit.|Il est interdit.
Titre Ier. Dispositions.|Article unique. Le maire décide.
Chapitre premier. L'Auberge du Roy
Gîte pour 5 pers. max.|Chien accepté.|Tarif pour 5 pers.|Ménage en sus.
Voir réf. RAL 1019.|Fin.
Il aime l'art.|A 20 ans, il part.|L'art.|Les arts.
Victoire 3-2.|Paul marqua.|François 1er.|Il régna.
Th. 6. Un théorème.|Inv. 887.3.12. Une toile.
Qui régna ?|Louis XIV.|Il mourut.
Il arrive en 3.|Paul part.|En Ligue 1.|Le club gagne.
""".strip().splitlines()


def texts(sentences, text):
    return [text[start:end] for start, end in sentences]


@pytest.mark.parametrize("case", CASES)
def test_sentence_ends(case):
    expected = case.split("|")
    text = " ".join(expected)
    assert texts(split_sentences(text), text) == expected


@pytest.mark.parametrize("space", ["\u00a0", "\u202f"])
def test_no_break_spaces_are_spaces(space):
    text = f"M.{space}Erdogan a dit : «{space}Venez{space}!{space}» Puis il est parti."
    assert texts(split_sentences(text), text) == [text[:-19], "Puis il est parti."]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u00a0\t", "***", "* * *\n\n------"])
def test_white_space_and_rules_have_no_sentence(text):
    assert split_sentences(text) == []


def test_line_breaks_end_sentences():
    text = "Un titre sans point\nUn texte court. Un autre.\n\nUn intertitre\n\nFin"
    assert texts(split_sentences(text), text) == [
        "Un titre sans point",
        "Un texte court.",
        "Un autre.",
        "Un intertitre",
        "Fin",
    ]


def test_a_blank_line_ends_a_sentence_whatever_follows():
    text = "Par\n\nle\n\nmême"
    assert texts(split_sentences(text), text) == ["Par", "le", "même"]


def test_a_wrapped_line_goes_on():
    text = (
        "Le fondateur de la société a appelé à\nabandonner le service au plus tard en mai,\n"
        "Twitter compris. Il part."
    )
    assert texts(split_sentences(text), text) == [text[:-9], "Il part."]


@pytest.mark.parametrize(
    "text",
    [
        "lundi : 7 h - 20 h\nmardi : 7 h - 20 h\nsamedi et dimanche : fermé",
        "- le nom,\n- le prénom,\n- l'adresse.",
        "M. Paul Durand, maire,\nMme Anne Roy, adjointe,",
        "a) une copie intégrale de l'acte de naissance,\nb) la carte d'identité des deux parents",
        "- une copie intégrale de l'acte de naissance,\n- la carte d'identité des deux parents",
        "Hue, ma grise, hue, ma belle,\nLe chemin est long ce soir,",
        "mardi : 12 h - 14 h et 17 h - 20 h 30\nmercredi : 14 h - 19 h",
        "lundi : 9 h - 12 h et 14 h 30 - 18 h 30\nmardi : 9 h - 12 h et 14 h 30 - 18 h 30\n"
        "jeudi : 9 h - 12 h et 14 h 30 - 18 h 30",
        "200 g de farine\n2 cuillères à soupe de crème fraîche épaisse\nun oignon rouge",
        'editor = "vim"                  # un\nautosave = 30                   # deux\n'
        'theme = "z"                     # trois',
    ],
)
def test_the_lines_of_a_list_or_a_poem_stay_apart(text):
    assert texts(split_sentences(text), text) == text.split("\n")


def test_a_rule_parts():
    text = "Le prix de la carte d'abonnement annuel est\n------\nde 25 euros\n\n***\n\nFin"
    assert texts(split_sentences(text), text) == [text[:43], "de 25 euros", "Fin"]


def test_a_line_with_its_own_end_does_not_go_on():
    text = "Il part.\nelle reste :\nils dorment"
    assert texts(split_sentences(text), text) == ["Il part.", "elle reste :", "ils dorment"]


def test_a_paragraph_of_fixed_width_goes_on_before_a_capital():
    # Wrapped at 50 columns: no line had room for the first word of the next one.
    text = (
        "Le fondateur de la société Tesla, l'Américain Elon\n"
        "Musk, a appelé ses abonnés à quitter les services\n"
        "Twitter et Facebook. Il préfère Signal."
    )
    assert texts(split_sentences(text), text) == [text[:-19], "Il préfère Signal."]


def test_a_paragraph_of_fixed_width_breaks_within_words():
    text = (
        "Elle coûta 48.000 fr., dont 12.000 fr.\n"
        "furent donnés par l'union des com-\n"
        "munes. Elle fut ouverte au bout de deux ans."
    )
    assert texts(split_sentences(text), text) == [text[:80], text[81:]]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Il coûta 48.000 fr.| On le fit.", True),
        ("Il dit : « Oui.| » Elle rit.", True),
        ("Il part.|", True),
        ("Il coûta 48.000 fr.| furent donnés.", False),
        ("Le 24 déc.| 2024 il part.", False),
        ("| Il part.", False),
    ],
)
def test_ends_sentence(text, ends):
    assert ends_sentence(text.replace("|", ""), text.index("|")) is ends


def test_headings_of_many_widths_stay_apart():
    text = "Les nouvelles règles de la messagerie en cause\nSignal\nLe Président turc"
    assert texts(split_sentences(text), text) == text.split("\n")


def test_the_sentences_of_an_article_of_the_seeds():
    text = (ROOT / "seeds" / "003_d957d97b46065a7f.txt").read_text(encoding="utf-8")
    sentences = texts(split_sentences(text), text)
    assert "Nous prenons cette responsabilité très au sérieux." in sentences
    assert "Nouvelles règles de WhatsApp en cause?" in sentences
    assert (
        "M.Erdogan a en outre lancé ce mardi 12 janvier une chaîne sur Telegram qui compte déjà "
        "plus de 72.000 abonnés." in sentences
    )


@given(
    st.text(alphabet=st.sampled_from(list("aAM1.!?…»«”\"'()[], \n\t\u00a0-é🙂")) | st.characters())
)
def test_spans_hold_every_letter_and_digit(text):
    sentences = split_sentences(text)
    held = "".join(texts(sentences, text))
    assert list(filter(str.isalnum, held)) == list(filter(str.isalnum, text))
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in sentences)
    ends = [0] + [end for _, end in sentences]
    assert all(start >= end for (start, _), end in zip(sentences, ends, strict=False))


@pytest.mark.parametrize(
    "unit", ["M. ", "etc. ", "...", "!»", "( a. ", "[ a. b ", "p. 1 ", "! ! ", "a,\n", ". « ", "a"]
)
def test_time_is_linear_whatever_the_text_holds(unit):
    # 200,000 characters take well under a second; quadratic time would take minutes.
    text = unit * (200_000 // len(unit))
    start = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - start < 10


def test_every_paragraph_of_piaf_splits_into_sentences_of_sensible_length(shared_data):
    articles = json.loads((shared_data / "piaf-v1.1.json").read_text(encoding="utf-8"))["data"]
    contexts = [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]
    lengths = [end - start for text in contexts for start, end in split_sentences(text)]
    # Wikipedia's sentences are some 150 characters long; ends missed or invented would show.
    assert 140 < sum(lengths) / len(lengths) < 170
    assert sum(length < 10 for length in lengths) < 20

"""Short answers as the reader finds them, between bars, and as they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.reader.trimming import trim

CASES = r"""
Il a |25 millions| d'abonnés.=>25 millions
Il a |25 mill|ions d'abonnés.=>25 millions
Il a 2|5 millions| d'abonnés.=>25 millions
Il a| 25 millions |d'abonnés.=>25 millions
Il coûte |25 €.| Le reste est gratuit.=>25 €
Il est né le |17 sept. 2024.|=>17 sept. 2024
Il vécut |en 52 av. J.-C.|=>en 52 av. J.-C.
Des pommes, |des poires, etc.| Il part.=>des poires, etc.
Il prend |de la vitamine D.|=>de la vitamine D.
Il mesure |1,75 m, |debout.=>1,75 m
Ouvert |: de 9 h à 12 h ;| fermé sinon.=>de 9 h à 12 h
L'abbé Crouzet |(1921|-2003) y vécut.=>1921
L'abbé Crouzet |(1921|) y vécut.=>1921
L'abbé Crouzet (|1921)| y vécut.=>1921
Il vit |(7, rue [Vasselot])|.=>7, rue [Vasselot]
Ce sont |(a) et (b)|.=>(a) et (b)
L'abbé |Crouzet (1921-2003)| y vécut.=>Crouzet (1921-2003)
L'abbé |Crouzet (|1921-2003) y vécut.=>Crouzet
L'abbé Crouzet (né en |1921)|.=>1921
Le code est |4F*<2024|>.=>4F*<2024>
Sa devise : |« Que sais-je| », dit-il.=>« Que sais-je »
Sa devise : « |Que sais-je »|, dit-il.=>« Que sais-je »
Sa devise : |« Que sais-je| ? », dit-il.=>Que sais-je
Annulation :\n|- plus de 15 jours| avant=>plus de 15 jours
Il fait |- 5 degrés|.=>- 5 degrés
Il fait |-5| degrés.=>-5
Appelez le |06 70 12 34 56.\n\n## Carte d'identité| et passeport=>06 70 12 34 56
Le site ferme :\nvendredi : |19 h\nsamedi et dimanche| : fermé=>19 h
Ils refont |l'école\nTrois entreprises| sont venues.=>l'école
Il coûte |120 € la journée. Une caution| est due.=>120 € la journée
Il y a |3 688 m. Son point| est là.=>3 688 m
|Issoire. Il y fut. Il| partit.=>Issoire
Il dit : |« Oui. Non. » Il| part.=>Oui
|Il faut :\n- un nom ;\n- une adresse|.=>Il faut :\n- un nom ;\n- une adresse
|1.| Connectez-vous.=>
|1. Connectez-vous|.=>Connectez-vous
a |coûté\n------\n**|*=>coûté
\n|***|\n=>
Il coûta |48.000 fr.|, dont la moitié en or.=>48.000 fr.
Il coûta |48.000 fr|. furent donnés.=>48.000 fr.
Il coûta |48.000 fr|. Tout est payé.=>48.000 fr
Le site |VK|.com ferme.=>VK.com
Tapez : get |flathub org.notes|.app.Notes puis validez.=>flathub org.notes.app.Notes
Ouvrez |ma-note.tar|.gz.=>ma-note.tar.gz
|config|.toml en dépend.=>config.toml
Il est |là|.Ils viennent.=>là
Reçu par M.|Roy|.=>Roy
|Article 3.| Vol\nIl est garanti.=>Article 3
C'est |vrai.|Ils viennent.=>vrai
Il dit « |oui.| » et part.=>oui
Il hésita |trop|... puis partit.=>trop
Il part |le 24 déc.| 2024.=>le 24 déc.
Il rend |3 p.| 100 par an.=>3 p.
Il hésita |trop…| puis partit.=>trop
Il dit |"Oui, merci| beaucoup".=>Oui, merci
Il dit |"Oui, merci|".=>"Oui, merci"
Il dit "|Oui, merci"|.=>"Oui, merci"
Il dit |oui "merci" et "non|".=>oui "merci" et "non"
Il dit |« Oui. » et « Non »|.=>« Oui. » et « Non »
Il a un score de |3 - 2|.=>3 - 2
Il part|. |=>
Écrivez à |drh|@novalis.example.=>drh@novalis.example
Voir https://|novalis.example/a|?b=1.=>https://novalis.example/a?b=1
Elle vaut |119,00| € (au lieu de 149).=>119,00 €
Elle vaut |25| M€, soit 12 %.=>25 M€
Elle a |12,5|\u00a0% des voix.=>12,5\u00a0%
Il fait |20| °C.=>20 °C
Il en a |5| $x.=>5
Il pèse 1,|5 kg|.=>1,5 kg
Il y a |15|\u00a0000,5 km.=>15\u00a0000,5
Il y a |15| 000 habitants.=>15 000
Appelez le |05 61 00 14| 22.=>05 61 00 14 22
Le |03.12|.2024 au soir.=>03.12.2024
De |2019|-2020.=>2019
Le train |Paris|-Lyon et/ou Lille.=>Paris
Le mercredi |12| 2000 personnes.=>12
Le taux est de |0,5 g/l (0,2 g/l| pour un jeune).=>0,5 g/l
Le taux (de |0,5 g/l) est au maximum|.=>0,5 g/l
Ce sont |les a (b) et c (d| ou e).=>les a (b) et c
Il faut : |1) un nom 2) un âge| requis.=>1) un nom 2) un âge
Il faut : 1) |un nom 2) un âge|.=>un nom 2) un âge
Il dit |« oui| à tous.=>oui
Il dit |que « oui| à tous.=>que « oui
Tous – 2022 : |2 100 € ; 2023 : –|=>2 100 €
Tous – |Jour : lundi et jeudi| ; Heure : 20 h=>lundi et jeudi
Tous – |Jour : lundi ; Heure : 20 h|=>Jour : lundi ; Heure : 20 h
Tous – Jour : lundi ; |Heure : 20 h|\nUn – Jour : mardi=>20 h
|Tous – Jour : lundi ; Heure : 20 h|=>Tous – Jour : lundi ; Heure : 20 h
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES)
def test_trim(case):
    written, shown = case.replace("\\n", "\n").replace("\\u00a0", "\u00a0").split("=>")
    before, answer, after = written.split("|")
    text = before + answer + after
    start, end = trim(text, len(before), len(before) + len(answer))
    assert text[start:end] == shown


@given(
    st.text(alphabet='ab1 .,;:@()«»[]<>"%€-*–\n', max_size=30),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_any_span(text, start, end):
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    first, last = trim(text, start, end)
    assert 0 <= first <= last <= len(text)
    assert trim(text, first, last) == (first, last)

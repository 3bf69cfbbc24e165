"""Follow-ups: which questions lean on the one before, and what they then ask."""

import json
from pathlib import Path

import pytest

from retrieval.followups import resolve

# A question, one that leans on it, and what that asks.
LEANING = """
# A part that stands in for another.
Combien d'habitants compte Lyon ? | Et Marseille ? | Combien d'habitants compte Marseille ?
Quelle est la population du Portugal ? | Et celle de l'Espagne ? \
| Quelle est la population de l'Espagne ?
Quelle est la population de la Belgique ? | Et de la Suisse ? \
| Quelle est la population de la Suisse ?
Où se trouve la tour de Pise ? | Et le Colisée ? | Où se trouve le Colisée ?
Quand ouvre la mairie de Lyon ? | Et à Noël ? | Quand ouvre la mairie de Lyon à Noël ?
Quand a lieu la collecte des déchets ? | Et les encombrants ? \
| Quand a lieu la collecte des encombrants ?
Où ouvre la collecte des déchets verts ? | Et le musée ? | Où ouvre le musée ?
Comment aller au zoo ? | Et le musée ? | Comment aller au musée ?
Combien coûte la visite ? | Ça dure combien le samedi ? | Ça dure combien le samedi (la visite) ?
Combien coûte un vélo ? | Et si on me l'a volé ? | Si on m'a volé un vélo ?
Quand passe le bus le samedi ? | Et en semaine ? | Quand passe le bus en semaine ?
Quand passe le bus le samedi ? | Et le lundi 12 mai ? | Quand passe le bus le lundi 12 mai ?
À quelle heure ouvre la grande salle ? | Et pour les petits ? \
| À quelle heure ouvre la grande salle pour les petits ?
Où vit le loup gris ? | Et le blanc ? | Où vit le loup blanc ?
Où vit le loup blanc ? | Et le gris ? | Où vit le loup gris ?
Combien de temps dure la visite du château ? | Et le tarif réduit ? \
| Le tarif réduit de la visite du château ?
Quel était le PIB de la France en 2019 ? | Et en 2020 ? | Quel était le PIB de la France en 2020 ?
Qui est le patron de Telegram ? | Et celui d'Apple ? | Qui est le patron d'Apple ?
quand lyon a-t-elle été fondée | et marseille | Quand marseille a-t-elle été fondée ?
Combien de salariés Airbus emploie-t-il à Toulouse ? | Et pour Boeing ? \
| Combien de salariés Boeing emploie-t-il à Toulouse ?
# One that is added: whom it is for, or a day.
Quel est le tarif du zoo pour les étudiants ? | Et pour les enfants ? \
| Quel est le tarif du zoo pour les enfants ?
Faut-il un visa pour le Canada ? | Et pour les enfants ? \
| Faut-il un visa pour le Canada pour les enfants ?
Y a-t-il un parking ? | Et pour un groupe ? | Y a-t-il un parking pour un groupe ?
Qui a fondé Airbus ? | Et pour boeing ? | Qui a fondé boeing ?
Combien coûte la Vanoise ? | Pour enfant ? | Combien coûte la Vanoise pour enfant ?
Combien coûte le bus à Lyon ? | Et pour élève ? | Combien coûte le bus à Lyon pour élève ?
Quel tarif pour les enfants ? | Et pour adulte ? | Quel tarif pour adulte ?
Quels papiers pour voter ? | Et pour voyager ? | Quels papiers pour voyager ?
Quels horaires ? | Et pour février ? | Quels horaires pour février ?
Combien coûte le zoo ? | et le dimanche ? | Combien coûte le zoo le dimanche ?
Combien coûte le zoo le samedi ? | Et demain ? | Combien coûte le zoo demain ?
Combien coûte le zoo en été ? | Et en hiver ? | Combien coûte le zoo en hiver ?
Combien coûte le zoo ? | Et l'hiver ? | Combien coûte le zoo l'hiver ?
À quelle heure ouvre le zoo en mai ? | En août ? | À quelle heure ouvre le zoo en août ?
Combien de salariés a Airbus ? | En Europe ? | Combien de salariés a Airbus en Europe ?
# Another place, but none beside a company's.
Qui est le maire de Lyon ? | Et à Paris ? | Qui est le maire de Paris ?
Où est la gare du Mans ? | À Rennes ? | Où est la gare de Rennes ?
Où sont les usines d'Airbus ? | Et à Lyon ? | Où sont les usines d'Airbus à Lyon ?
Combien de buts à Metz ? | Et contre Nancy ? | Combien de buts contre Nancy ?
Combien de buts en 2020 ? | À Metz ? | Combien de buts en 2020 à Metz ?
Combien coûte un appel au Pérou ? | Aux Antilles ? | Combien coûte un appel aux Antilles ?
Qui a fondé la Croix-Rouge ? | Et De Gaulle ? | Qui a fondé De Gaulle ?
Combien de jours de congé a-t-on ? | Pourquoi ? | Pourquoi a-t-on des jours de congé ?
À quelle heure ferme la mairie le samedi matin ? | Et l'après-midi ? \
| À quelle heure ferme la mairie le samedi l'après-midi ?
Quand paraît Libération ? | Et Vendredi Magazine ? | Quand paraît Vendredi Magazine ?
Qui a fondé Airbus ? | Merci, et Boeing ? | Qui a fondé Boeing ?
Existe-t-il une application iOS ? | Et Android ? | Existe-t-il une application Android ?
Comment installer sur iPhone ? | Et sur Android ? | Comment installer sur Android ?
Combien mesure la tour Eiffel ? | Et l'Arc de Triomphe ? | Combien mesure l'Arc de Triomphe ?
Quelle est la capitale du Pérou ? | Et la Bolivie ? | Quelle est la capitale de la Bolivie ?
Horaires piscine mercredi | Le samedi ? | Horaires piscine le samedi ?
Le musée ouvre-t-il le 25 décembre ? | Et le 1er janvier ? | Le musée ouvre-t-il le 1er janvier ?
Qui dirige Airbus ? | Et aujourd'hui ? | Qui dirige Airbus, aujourd'hui ?
C'est quand la kermesse ? | Et s'il pleut ? | C'est quand la kermesse, s'il pleut ?
Où va le bus ? | mais si c'est complet | Où va le bus, si c'est complet ?
Où est la clé ? | Et si elle est perdue ? | Si la clé est perdue ?
# What is counted, or a number.
Combien de sel pour une quiche ? | Et de lait ? | Combien de lait pour une quiche ?
Combien d'inscrits a Signal ? | Et de salariés ? | Combien de salariés a Signal ?
Combien de temps dure le congé de maternité ? | Et de paternité ? \
| Combien de temps dure le congé de paternité ?
Combien coûte un bail de 30 ans pour un champ de 6 ares ? | Et pour 15 ans ? \
| Combien coûte un bail de 15 ans pour un champ de 6 ares ?
Combien coûte un bail de 30 ans ? | Et 6 mois ? | Combien coûte un bail de 6 mois ?
Combien coûte un bail de 3 mois ? | Et pour un an ? | Combien coûte un bail d'un an ?
Combien coûte le zoo pour 2 adultes ? | Et pour 3 enfants ? | Combien coûte le zoo pour 3 enfants ?
Peut-on partir deux jours par mois ? | Et trois ? | Peut-on partir trois jours par mois ?
Part-on à 8 h 30 ? | Et à 9 h ? | Part-on à 9 h ?
Que dit l'article 4 ? | Et l'article 5 ? | Que dit l'article 5 ?
Que dit l'article L1-3 ? | Et l'article L1-4 ? | Que dit l'article L1-4 ?
Que dit le chapitre deux ? | Et le chapitre trois ? | Que dit le chapitre trois ?
Que se passe-t-il le 3 mai 2019 ? | Et le 4 juin ? | Que se passe-t-il le 4 juin ?
La piscine est ouverte à 18h ? | Et à 20h30 ? | La piscine est ouverte à 20h30 ?
Combien coûte un repas au quotient de 700 ? | Et pour 1200 ? \
| Combien coûte un repas au quotient de 1200 ?
Quel est le tarif à 12 ans ? | Et pour 15 ? | Quel est le tarif à 15 ans ?
Quel impôt pour 1000 € ? | Et pour 15 000 € ? | Quel impôt pour 15 000 € ?
Où va le bus ? | Et les jours fériés ? | Où va le bus les jours fériés ?
# A day with a capital.
Combien coûte le zoo ? | Et le Vendredi ? | Combien coûte le zoo le vendredi ?
Combien coûte le zoo le Samedi ? | Et le jeudi ? | Combien coûte le zoo le jeudi ?
# A common noun in another's place.
Quels sont les horaires de la mairie ? | Et de la piscine ? \
| Quels sont les horaires de la piscine ?
Quel est le prix du menu ? | Et des boissons ? | Quel est le prix des boissons ?
Quel est le prix du pain de seigle ? | Et de blé ? | Quel est le prix du pain de blé ?
Peut-on fumer dans les bureaux ? | Et à la cantine ? | Peut-on fumer à la cantine ?
Quels jours de la semaine ? | Et le mois ? | Quels jours du mois ?
Quel préavis pour un CDI ? | Et pour un CDD ? | Quel préavis pour un CDD ?
Quel est le numéro de la mairie ? | Et la piscine ? | Quel est le numéro de la piscine ?
Quel est le numéro du zoo ? | Et celui du musée ? | Quel est le numéro du musée ?
Où est la piscine ? | Et celle de Lyon ? | Où est la piscine de Lyon ?
Quel est le délai pour déclarer un vol ? | Et un dégât des eaux ? \
| Quel est le délai pour déclarer un dégât des eaux ?
Puis-je venir à partir de 8 h ? | Et à partir de 7 h ? | Puis-je venir à partir de 7 h ?
Quel est le temps de cuisson du riz ? | Et le temps de repos ? | Quel est le temps de repos du riz ?
Combien dure le congé maternité ? | Et le congé paternité ? | Combien dure le congé paternité ?
Quand le musée ferme ? | Et le musée Rodin ? | Quand le musée Rodin ferme ?
Combien de farine dans le gâteau au chocolat ? | Et dans les crêpes ? \
| Combien de farine dans les crêpes au chocolat ?
Quelle est la franchise en cas de bris de glace ? | Et en cas de vol ? \
| Quelle est la franchise en cas de vol ?
Comment obtenir une carte d'identité ? | Et un passeport ? | Comment obtenir un passeport ?
Comment faire un gâteau au chocolat ? | Et un gâteau au yaourt ? \
| Comment faire un gâteau au yaourt ?
Quels sont les horaires de la mairie le samedi ? | Et la piscine ? \
| Quels sont les horaires de la piscine le samedi ?
# One of another number, where it is the only noun.
Combien de sel pour une quiche ? | Et les crêpes ? | Combien de sel pour les crêpes ?
Où voit-on les loups gris ? | Et la loutre ? | Où voit-on la loutre ?
Combien de sel pour les crêpes salées ? | Et la pâte à pain ? | Combien de sel pour la pâte à pain ?
Comment aller au zoo ? | Et les grottes ? | Comment aller aux grottes ?
Comment aller aux grottes ? | Et la plage ? | Comment aller à la plage ?
Horaires des musées | Et la piscine ? | Horaires de la piscine ?
Où acheter des timbres ? | Et la carte ? | Où acheter la carte ?
Quels sont les prix de la carte ? | Et les bons ? | Quels sont les bons de la carte ?
# In the place of what an earlier one added in brackets.
Horaires piscine (les tarifs) ? | Et le parking ? | Horaires piscine (le parking) ?
Combien (les horaires du zoo) ? | Et la piscine ? | Combien (la piscine) ?
C'est ouvert le lundi (le zoo) ? | Et le mardi ? | C'est ouvert le mardi (le zoo) ?
# A common noun with what belongs to it.
Quel est le prix de la carte d'identité ? | Et le passeport ? | Quel est le prix du passeport ?
Où est la mairie annexe ? | Et la piscine couverte ? | Où est la piscine couverte ?
# The noun is left out.
Combien coûte la carte jaune ? | Et la verte ? | Combien coûte la carte verte ?
Quel est le prix du sac rouge ? | Et du bleu ? | Quel est le prix du sac bleu ?
Où est la chambre double ? | Et une simple ? | Où est la chambre simple ?
Où est la petite salle ? | Et la grande ? | Où est la grande salle ?
Où est le vélo le plus cher ? | Et le moins cher ? | Où est le vélo le moins cher ?
C'est quoi l'erreur b-12 ? | Et la b-7 ? | C'est quoi l'erreur b-7 ?
Où est le bac jaune ? | Et la grande ? | Où est la grande ?
combien coute le galerne 3 | et le suroit | Combien coute le suroit ?
Où est la machine à vapeur ? | Et la locomotive ? | Où est la locomotive ?
Où est la salle à midi ? | Et la cuisine ? | Où est la cuisine à midi ?
Peut-on louer la salle verte ? | Et le parking ? | Peut-on louer le parking ?
Qui a construit le pont suspendu ? | Et le viaduc ? | Qui a construit le viaduc ?
Quel est le numéro de la mairie annexe ? | Et la poste ? | Quel est le numéro de la poste ?
Quand toute la ville dort ? | Et la forêt ? | Quand toute la forêt dort ?
Combien coûte la piscine lundi ? | Et le zoo ? | Combien coûte le zoo lundi ?
Où est la mairie aujourd'hui ? | Et la poste ? | Où est la poste aujourd'hui ?
Y a-t-il des vélos à la gare ? | Et un parking ? | Y a-t-il un parking à la gare ?
Est-ce qu'il y a un parking gratuit ? | Et des casiers ? | Est-ce qu'il y a des casiers ?
Y a-t-il un bus lundi ? | Et des trains ? | Y a-t-il des trains lundi ?
La mairie a-t-elle un parking ? | Et des vélos ? | La mairie a-t-elle des vélos ?
Avez-vous un gâteau au chocolat ? | Et une tarte au citron ? | Avez-vous une tarte au citron ?
# « Quel » agrees with the noun that comes in.
Quel est le budget ? | Et la dette ? | Quelle est la dette ?
Quelle était la dette en 2019 ? | Et le budget ? | Quel était le budget en 2019 ?
Quel est le budget ? | Et l'impôt ? | Quel est l'impôt ?
# An attribute of what was asked about.
Quels sont les horaires de la mairie ? | Et l'adresse ? | L'adresse de la mairie ?
Quel est le prix du billet ? | Et la durée ? | La durée du billet ?
Quand ouvre la mairie ? | Et le téléphone ? | Le téléphone de la mairie ?
Qui a peint la Joconde ? | Et le prix ? | Le prix de la Joconde ?
# A bare interrogative.
Quel bus va à la gare ? | Quand ? | Quand un bus va à la gare ?
Combien de temps dure le match ? | Pourquoi ? | Pourquoi dure le match ?
Quand Victor Hugo est-il mort ? | Où ? | Où Victor Hugo est-il mort ?
Victor Hugo a-t-il vécu à Guernesey ? | Pourquoi ? | Pourquoi Victor Hugo a-t-il vécu à Guernesey ?
Qui a inventé le téléphone ? | En quelle année ? | En quelle année a-t-on inventé le téléphone ?
Qui a inventé le téléphone ? | C'était quand ? | Quand a-t-on inventé le téléphone ?
Qui dirige Renault ? | Depuis quand ? | Depuis quand dirige-t-on Renault ?
Quand a été fondée la ville de Lyon ? | Par qui ? | Par qui a été fondée la ville de Lyon ?
Combien de salariés Airbus emploie-t-il à Toulouse ? | Où ça ? \
| Où Airbus emploie-t-il des salariés à Toulouse ?
Quels sont les horaires du zoo ? | Où ? | Où est le zoo ?
Quels sont les horaires du zoo ? | c'est combien ? | Combien (les horaires du zoo) ?
Qui est Augustine Delorme ? | D'où ? | D'où est Augustine Delorme ?
Qui est Augustine Delorme ? | Quand ? | Quand (Augustine Delorme) ?
Où se trouve la mairie ? | Quels horaires ? | Quels horaires (la mairie) ?
Combien de livres peut-on emprunter ? | Pendant combien de temps ? \
| Pendant combien de temps peut-on emprunter des livres ?
Qui n'a pas voté ? | Pourquoi ? | Pourquoi n'a-t-on pas voté ?
Qui ne paie pas le bus ? | Pourquoi ? | Pourquoi ne paie-t-on pas le bus ?
À qui appartient Airbus ? | Depuis quand ? | Depuis quand appartient Airbus ?
Qui a gagné le match ? | Quel score ? | Quel score (le match) ?
Qui a gagné le match ? | Quel jour ? | Quel jour a-t-on gagné le match ?
Qui a gagné ? | Quel score ? | Quel score (qui a gagné) ?
Combien coûte le zoo ? | c'est ou | Où est le zoo ?
Combien coûte la piscine ? | C'est où ? | Où est la piscine ?
Combien coûtent les glaces ? | Où ? | Où sont les glaces ?
Combien coûte la piscine ? | Combien de places ? | Combien de places (la piscine) ?
Y a-t-il un parking ? | Combien de places ? | Combien de places (un parking) ?
Pourquoi Airbus a-t-il fermé ? | Quelles suites ? | Quelles suites (Airbus a-t-il fermé) ?
Que fabrique Airbus ? | Quels avions ? | Quels avions fabrique Airbus ?
Combien coûte la piscine ? | Pourquoi ? | Pourquoi coûte la piscine ?
# In the place of one that isn't at the head.
C'est quand le marché de Noël ? | C'est où ? | C'est où le marché de Noël ?
Ça coûte combien, un visa ? | Où ça ? | Ça coûte où, un visa ?
Zidane a démissionné quand ? | Pourquoi ? | Zidane a démissionné pourquoi ?
Le train part de quelle gare ? | À quelle heure ? | Le train part à quelle heure ?
Ça dure combien (la visite) ? | C'est où ? | Ça dure où (la visite) ?
Peut-on sortir quand il pleut ? | Où ? | Où peut-on sortir quand il pleut ?
La ville où vit Zidane est jolie ? | Pourquoi ? | Pourquoi la ville où vit Zidane est jolie ?
# A pronoun or the like that nothing explains.
Où est né Napoléon ? | À quelle heure est-il né ? | À quelle heure Napoléon est-il né ?
Où est né Napoléon ? | Que fait-il ? | Que Napoléon fait-il ?
Où est né Napoléon ? | Qu'a-t-il écrit ? | Que Napoléon a-t-il écrit ?
Où est Airbus ? | Que fait-elle ? | Qu'Airbus fait-elle ?
Que fabrique Airbus ? | Qui la dirige ? | Qui dirige Airbus ?
Combien d'élèves a Sciences Po ? | Et leurs frais ? | Les frais des élèves de Sciences Po ?
Qui a peint la Joconde ? | Où est-elle exposée ? | Où la Joconde est-elle exposée ?
Qui a peint la Joconde ? | Elle vaut combien ? | La Joconde vaut combien ?
Qui a peint la Joconde ? | Où est-il né ? | Où celui qui a peint la Joconde est-il né ?
Quel est le numéro de la mairie ? | Et les écoles ? | Quel est le numéro de la mairie (les écoles) ?
Combien de livres prête-t-on ? | Et de DVD ? | Combien de DVD prête-t-on ?
Que fabrique Airbus ? | Qui est-ce qui la dirige ? | Qui est-ce qui dirige Airbus ?
Que fabrique Airbus ? | Quel est son chiffre d'affaires ? \
| Quel est le chiffre d'affaires d'Airbus ?
Que fabrique Airbus ? | Est-ce qu'elle exporte ? | Est-ce qu'Airbus exporte ?
Où se trouve le lac Baïkal ? | Quelle est sa profondeur ? | Quelle est la profondeur du lac Baïkal ?
Comment s'appelle la capitale du Pérou ? | Combien d'habitants a-t-elle ? \
| Combien d'habitants la capitale du Pérou a-t-elle ?
Combien de salariés Airbus emploie-t-il ? | Combien gagnent-ils ? \
| Combien les salariés d'Airbus gagnent-ils ?
Qui a écrit Les Misérables ? | Où vivait-il ? | Où celui qui a écrit Les Misérables vivait-il ?
Que vend Ikea ? | Qui a créé cette entreprise ? | Qui a créé cette entreprise (Ikea) ?
Pourquoi les abeilles disparaissent-elles ? | Combien en reste-t-il ? \
| Combien en reste-t-il (les abeilles) ?
Quels sont les horaires du zoo ? | ça coûte combien ? | Ça coûte combien (les horaires du zoo) ?
Combien coûte un bail ? | Est-il renouvelable ? | Un bail est-il renouvelable ?
Qui a écrit Delphine ? | Où vivait-elle ? | Où celle qui a écrit Delphine vivait-elle ?
Que vend Ikea ? | et qui est son fondateur svp | Qui est le fondateur d'Ikea ?
Où est la piscine ? | On peut y aller en bus ? | On peut y aller en bus (la piscine) ?
Qui a créé Ikea ? | est-ce que c'est cher ? | Est-ce que c'est cher (Ikea) ?
Où est la piscine ? | Ce n'est pas gratuit pour les enfants ? \
| Ce n'est pas gratuit pour les enfants (la piscine) ?
Quelle est l'adresse de la mairie ? | Et ses horaires ? | Les horaires de la mairie ?
Quel est le numéro du zoo de Lyon ? | Son mail ? | Le mail du zoo de Lyon ?
Quel est le chiffre d'affaires d'Ikea ? | Où est son siège ? | Où est le siège d'Ikea ?
Quel est le poids de la Baigneuse ? | Et sa hauteur ? | Sa hauteur (la Baigneuse) ?
Quel est le numéro de la mairie ? | Est-elle ouverte le samedi ? \
| La mairie est-elle ouverte le samedi ?
Quel est le maire de Lyon ? | Où est-il né ? | Où le maire de Lyon est-il né ?
Quel est le plus grand lac de France ? | Qui l'a découvert ? \
| Qui a découvert le plus grand lac de France ?
Quel est le tarif de la piscine ? | C'est ouvert le dimanche ? \
| C'est ouvert le dimanche (le tarif de la piscine) ?
Quelle est l'adresse de la mairie ? | Comment les contacter ? | Comment contacter la mairie ?
Où est le zoo ? | C'est fermé le 8 mai ? | C'est fermé le 8 mai (le zoo) ?
Qui est le chef du zoo ? | Comment le contacter ? | Comment contacter le chef du zoo ?
Quel est le poids du chien de la voisine ? | Et son âge ? | L'âge du chien de la voisine ?
Où est la piscine ? | Comment la joindre par courrier ? | Comment joindre par courrier la piscine ?
# With a greeting, thanks or an indirect opening.
Bonjour, qui est le maire ? | Depuis quand ? | Depuis quand (le maire) ?
Bonjour qui a fondé Airbus ? | Bonjour, et Boeing ? | Qui a fondé Boeing ?
Salut ! Qui a fondé Airbus ? Merci ! | Merci beaucoup. Et Boeing ? | Qui a fondé Boeing ?
Pouvez-vous me dire combien coûte le zoo ? | Et le musée ? | Combien coûte le musée ?
Combien coûte le zoo ? | Pouvez-vous me dire pourquoi ? | Pourquoi coûte le zoo ?
Je voudrais savoir s'il y a un parking. | Et un vestiaire ? | Il y a un vestiaire ?
Dis-moi à quelle heure ferme le zoo, stp | Et le musée ? | À quelle heure ferme le musée ?
Tu peux me dire quand a lieu le match ? | Où ? | Où a lieu le match ?
Est-ce que vous pourriez me dire où est le zoo ? | Pourquoi ? | Pourquoi (le zoo) ?
Bonjour, j'aurais voulu savoir où est le zoo | Et la gare ? | Où est la gare ?
Bonjour tu sais où est le zoo | Et la gare ? | Où est la gare ?
Et qui a gagné le match ? | Pourquoi ? | Pourquoi a-t-on gagné le match ?
Où est né Napoléon ? | Ou vit-il ? | Où Napoléon vit-il ?
Où est né Zidane ? | ou ca | Où est né Zidane ?
Qui a fondé Airbus ? | Ou ça ? | Où a-t-on fondé Airbus ?
Ou habite-t-on ? | Et en 2022 ? | Où habite-t-on en 2022 ?
Ou est la mairie ? | Et la piscine ? | Où est la piscine ?
Bonjour tristesse est-il long ? | Pourquoi ? | Pourquoi bonjour tristesse est-il long ?
# What belongs to a noun goes with it, and a pronoun's gender tells which noun.
Combien coûte la salle des fêtes ? | Où est-elle ? | Où la salle des fêtes est-elle ?
Où est la machine à vapeur ? | Qui l'a faite ? | Qui a faite la machine à vapeur ?
Combien coûte le vélo électrique ? | Quelle est son autonomie ? \
| Quelle est l'autonomie du vélo électrique ?
Peut-on louer la salle verte ? | Où est-elle ? | Où la salle verte est-elle ?
Demain la piscine ferme ? | Où est-elle ? | Où la piscine est-elle ?
Quand la piscine ouvre le mardi ? | Où est-elle ? | Où la piscine est-elle ?
Quand ouvre la piscine demain ? | Où est-elle ? | Où la piscine est-elle ?
Qui garde la foire aujourd'hui ? | Où a-t-elle lieu ? | Où la foire a-t-elle lieu ?
Quel est le délai pour la carte d'identité ? | Combien coûte-t-elle ? \
| Combien la carte d'identité coûte-t-elle ?
# A thing lasts and costs, not who has to do with it, unless the gender says otherwise.
Qui anime l'heure du conte ? | Dure-t-elle ? | L'heure du conte dure-t-elle ?
Qui a peint Guernica ? | Où se trouve-t-il ? | Où Guernica se trouve-t-il ?
Qui remplace M. Blanc ? | Quand a-t-elle été élue ? \
| Quand celle qui remplace M. Blanc a-t-elle été élue ?
""".strip().splitlines()

ALONE = """
Qui a inventé le téléphone ?
Quand Victor Hugo est-il mort ?
Combien d'habitants compte Lyon ?
Et qui a gagné la bataille de Waterloo ?
Sinon, combien coûte un visa pour le Canada ?
Bonjour, combien coûte un visa pour le Canada ?
Dis-moi tout
Oui, le lac et la mer
Pourquoi la mer est-elle salée ?
Y a-t-il des ours dans les Pyrénées ?
Que s'est-il passé à Tchernobyl ?
Pourquoi Zidane a-t-il quitté son équipe ?
prix du cuivre
Waterloo
quand lyon a-t-elle été fondée
Faut-il un visa pour le Canada ?
Quelles langues parle-t-on en Suisse ?
Est-il vrai que Zidane a quitté Madrid ?
Le pape est-il argentin ?
Qu'est-ce que la photosynthèse ?
C'est quoi la photosynthèse ?
Que dit Zidane de son départ ?
Les Français en ont-ils assez ?
Combien y a-t-il de pays en Afrique ?
Est-ce qu'il pleut à Brest ?
Quelle heure est-il ?
Il est quelle heure ?
Quel temps fera-t-il demain ?
Ça coûte combien un passeport ?
Ça ouvre quand, la piscine ?
Et la radio, qui l'a inventée ?
Et le prix d'un passeport ?
Et les horaires de la piscine ?
Fait-il froid en hiver ?
Était-il possible de fuir ?
Comment les abeilles font-elles leur miel ?
Que font les mineurs quand ils remontent ?
Où en est le chantier de Notre-Dame ?
Pour qui les Français ont-ils voté en 2012 ?
Comment ça s'écrit, un hiéroglyphe ?
C'est cher, un avocat ?
C'est qui le pape ?
Pour qui les enfants votent ?
C'est obligatoire le vaccin ?
C'est dangereux de nager après le repas ?
C'est vrai que Zidane a quitté Madrid ?
Est-ce Voltaire qui a écrit Candide ?
Pourquoi Lyon ?
Sur quelles planètes y a-t-il de l'eau ?
Et WhatsApp perd des abonnés ?
Et la tour Eiffel, quand a-t-elle été construite ?
Ou se trouve la tour Eiffel ?
Ou acheter un vélo ?
Comment la mer monte ?
Où le maire de Lyon habite ?
Le Soir ?
Et si je déménage ?
Et s'il a un chien ?
""".strip().splitlines()

MEASURED = Path(__file__).parents[1] / "data" / "seeds-followups.jsonl"


@pytest.mark.parametrize("case", [line for line in LEANING if not line.startswith("#")])
def test_a_leaning_question_is_read_with_the_one_before(case):
    previous, question, meaning = case.split(" | ")
    assert resolve(question, previous) == meaning


@pytest.mark.parametrize("question", ALONE)
def test_a_new_question_is_never_bent(question):
    assert resolve(question, "Où est né Napoléon ?") is None
    assert resolve(question, "Combien de salariés Airbus emploie-t-il à Toulouse ?") is None


@pytest.mark.parametrize(
    "question",
    # The first ones begin as « en », « par », « sur », « de » and « au » do.
    """
    enfants encore parfait entendu pardon surtout enfin envoi surface devis demande autre aucun
    """.split(),  # noqa: SIM905
)
def test_a_word_that_begins_as_a_preposition_does_stands_alone(question):
    assert resolve(question, "Quels sont les horaires du musée ?") is None
    assert resolve(f"{question} ?", "Combien de salariés Airbus emploie-t-il à Toulouse ?") is None


@pytest.mark.parametrize(
    "question",
    [
        "non",
        "et toi ?",
        "et pour moi ?",
        "merci pour le lien",
        "Et merci d'avoir cherché",
        "merci Airbus",
    ],
)
def test_what_is_said_to_the_bot_is_not_bent(question):
    assert resolve(question, "Combien de salariés Airbus emploie-t-il à Toulouse ?") is None


@pytest.mark.parametrize(
    "question", ["Et lui ?", "Et elle ?", "Et ça ?", "celui-ci ?", "Quels sont", "Quelle est"]
)
def test_a_pronoun_or_a_verb_alone_asks_nothing(question):
    assert resolve(question, "Qui dirige Airbus ?") is None


@pytest.mark.parametrize(
    ("previous", "question"),
    [
        ("Combien coûte le zoo ?", "Où est-elle ?"),
        ("Où est la foire le jeudi ?", "Où est-il ?"),
        ("Où est la mairie ?", "Est-ce qu'il est élu ?"),
        ("Que fait M. Blanc ?", "Où vit-elle ?"),
        ("Que contient la cassette ?", "Pourquoi l'a-t-il volée ?"),
    ],
)
def test_a_pronoun_of_another_gender_stands_alone(previous, question):
    assert resolve(question, previous) is None


@pytest.mark.parametrize("previous", ["Que mange Bonaparte ?", "Quel tarif pour les enfants ?"])
@pytest.mark.parametrize("question", ["Et pour dormir ?", "Et pour s'inscrire ?"])
def test_another_purpose_stands_alone(previous, question):
    assert resolve(question, previous) is None


def test_a_question_that_names_nothing_explains_nothing():
    assert resolve("C'est payant ?", "Où se gare-t-on ?") is None


@pytest.mark.parametrize("question", ["", "?", "  ", "et ?", "merci !"])
def test_nothing_asked_is_nothing_resolved(question):
    assert resolve(question, "Où est né Napoléon ?") is None


def test_a_text_is_not_rewritten():
    assert resolve("Pourquoi ?", "Napoléon est né à Ajaccio. " * 30) is None


@pytest.mark.parametrize(
    "question",
    [
        "Alors" + ", mot" * 200 + " ?",
        "Le nom" + " de la rue" * 100 + ", est-ce connu ?",
        "Et" + " des" * 100 + " (x",
        "Et " + "d'" * 100 + " (x",
    ],
)
def test_a_hostile_question_ends(question):
    """It would never, were the time exponential."""
    assert resolve(question, "Où est né Napoléon ?") is None


def test_the_measured_pairs():
    """Pairs written before the rules, and not looked at while writing them: 19 and 20 of 22."""
    rows = [json.loads(line) for line in MEASURED.read_text(encoding="utf-8").splitlines()]
    right = [
        row["follow_up"]
        for row in rows
        if (resolve(row["question"], row["previous"]) is not None) == row["follow_up"]
    ]
    assert right.count(True) >= 19
    assert right.count(False) >= 20


def test_the_retriever_says_what_it_understood(retriever):
    first = retriever.answer("En quelle année Telegram a-t-il été lancé ?")
    second = retriever.answer("Et Signal ?", previous=first)
    assert second.question == "Et Signal ?"
    assert second.understood == "En quelle année Signal a-t-il été lancé ?"
    assert "2014" in second.citations[0].text
    third = retriever.answer("Pourquoi ?", previous=second)
    assert third.understood == "Pourquoi Signal a-t-il été lancé ?"
    alone = retriever.answer("Qui dirige Facebook ?", previous=first)
    assert alone.understood is None
    assert retriever.answer("Et Signal ?", previous=None).understood is None


@pytest.mark.parametrize(
    ("typed", "then", "meant"),
    [
        ("Pourqoi Signal est en panne ?", "Depuis quand ?", "Depuis quand Signal est en panne ?"),
        ("ki a fondé Telegram stp", "Pourquoi ?", "Pourquoi a-t-on fondé Telegram ?"),
        ("Qui a fondé  WhatsAp ?", "Et Signal ?", "Qui a fondé Signal ?"),
        ("QUI A FONDÉ TELEGRAM ?", "ET EN 2022 ?", "Qui a fondé Telegram en 2022 ?"),
    ],
)
def test_the_question_before_is_read_as_it_was_when_it_was_asked(retriever, typed, then, meant):
    for previous in (retriever.answer(typed), typed):
        assert retriever.answer(then, previous=previous).understood == meant


@pytest.mark.parametrize(
    "previous", ["", " \n", "Qui a fondé Telegram" + " hier" * 500, "Qui a fondé \udce9 ?"]
)
def test_a_question_leans_on_none_that_cannot_be_asked(retriever, previous):
    assert retriever.answer("Et Signal ?", previous=previous).understood is None

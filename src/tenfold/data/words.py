"""Words of two to seven letters that stand beside numbers on forms, cheques and in notebooks."""

from typing import Final

_LIST: Final = """
total sum date name page items each paid due tax net cash from left right room unit price
amount number account cheque order table line week day year month hours min mark score
grade points class school test answer yes no and the for with per about
summe datum nr seite stück preis betrag konto punkte note klasse name und von bis mit
euro cent eur usd chf gbp kg km cm mm ml mg kwh mwst zahl anzahl größe woche tag jahr
fecha pagar cheque pesos saldo suma monto cuenta nombre hora mes año lunes nota curso
puntos mil ciento nueve unidad precio metros casa calle clave banco ventas
somme page prix montant compte nom heure mois jour élève note chèque reçu vente
totale data nome conto pagina prezzo voto classe punti giorno mese anno lire
valor folha nome conta hora reais turma prova aluno ponto
datum aantal prijs naam punten klas uur dag
abc def max avg sqm pcs qty ref tel fax ext vol kap abs art
"""

WORDS: Final = tuple(_LIST.split())
"""Several languages; a word that stands in two of them is drawn the more often."""

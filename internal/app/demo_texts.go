package app

// talk is how a past conversation went: what the customer and the agent wrote in turn.
type talk struct {
	topic string   // key of the queue
	lines []string // the customer begins
	stars int      // 0: no answer to the survey
	word  string
}

// demoBrand is a fictional client company with its people and its past.
type demoBrand struct {
	slug, name, color, language, zone, country string
	queues                                     []demoQueue
	customers                                  []demoCustomer
	talks                                      []talk
	canned                                     []demoCanned
	greeting, away, consent, farewell          string
}

type demoQueue struct {
	key, name        string
	percent, seconds int
}

type demoCustomer struct{ name, email, phone string }

type demoCanned struct{ shortcut, title, text string }

// demoBrands are the two brands of the demo operator. Names, addresses and
// numbers are invented; the domains are reserved for examples (RFC 2606).
func demoBrands() []demoBrand { return []demoBrand{falaNet(), vasarfia()} }

func falaNet() demoBrand {
	return demoBrand{
		slug: "fala-net", name: "Fala Net", color: "#0b7285", language: "pl", zone: "Europe/Warsaw", country: "PL",
		queues: []demoQueue{{"tech", "Pomoc techniczna", 80, 60}, {"billing", "Faktury i umowy", 80, 90}},
		customers: []demoCustomer{
			{"Agnieszka Wójcik", "agnieszka.wojcik@poczta.example", "+48 512 555 014"},
			{"Paweł Kamiński", "pawel.kaminski@poczta.example", "+48 601 555 023"},
			{"Magdalena Zielińska", "m.zielinska@biuro.example", "+48 698 555 107"},
			{"Łukasz Szymański", "lukasz.szymanski@poczta.example", ""},
			{"Żaneta Dąbrowska", "zaneta.dabrowska@poczta.example", "+48 505 555 171"},
			{"Tomasz Król", "tomasz.krol@firma.example", "+48 733 555 009"},
			{"Joanna Wiśniewska", "joanna.w@poczta.example", ""},
			{"Grzegorz Pawłowski", "g.pawlowski@firma.example", "+48 660 555 134"},
		},
		greeting: "Dzień dobry! W czym możemy pomóc?",
		away:     "Dziękujemy za wiadomość. Odpiszemy, gdy tylko ktoś będzie wolny.",
		consent:  "Zgadzam się, aby Fala Net przetwarzała moje dane w celu udzielenia odpowiedzi.",
		farewell: "Dziękuję za rozmowę i życzę miłego dnia!",
		canned: []demoCanned{
			{"reset", "Restart routera", "Proszę wyłączyć router z prądu na 30 sekund i włączyć ponownie. Po około 3 minutach dioda DSL powinna świecić na stałe."},
			{"umowa", "Koniec umowy", "Dzień dobry {{customer.name}}, umowę można przedłużyć w panelu klienta albo tutaj, na czacie. Czy mam przygotować propozycję?"},
			{"dziekuje", "Pożegnanie", "Dziękuję za rozmowę i życzę miłego dnia! {{agent.name}}, {{brand.name}}"},
		},
		talks: []talk{
			{"tech", []string{"Dzień dobry, od wczoraj wieczorem internet ciągle się rozłącza.", "Dzień dobry! Sprawdziłem linię, widzę zakłócenia od godziny 19. Czy dioda DSL na routerze miga?", "Tak, miga na pomarańczowo.", "Proszę wyłączyć router na 30 sekund. W tym czasie zmienię profil linii na stabilniejszy.", "Teraz działa, dziękuję!"}, 5, "Szybko i konkretnie"},
			{"tech", []string{"Wi-Fi nie sięga do sypialni, co mogę zrobić?", "Możemy wysłać wzmacniacz sygnału, 9 zł miesięcznie. Wcześniej proszę spróbować kanału 11 w ustawieniach routera.", "Zmieniłem kanał i jest lepiej, na razie wystarczy."}, 4, ""},
			{"billing", []string{"Na fakturze jest opłata aktywacyjna, a miała być za darmo.", "Przepraszam za pomyłkę. Wystawiam korektę na 49 zł, przyjdzie mailem w ciągu 24 godzin.", "Super, dzięki."}, 5, "Bez zbędnych pytań"},
			{"billing", []string{"Kiedy kończy mi się umowa?", "Umowa kończy się 31 marca. Możemy ją przedłużyć już dziś, z prędkością 600 Mb/s w tej samej cenie.", "Zastanowię się i wrócę do Państwa."}, 0, ""},
			{"tech", []string{"Telewizja zacina się na wszystkich kanałach.", "Czy dekoder jest podłączony kablem, czy przez Wi-Fi?", "Przez Wi-Fi.", "Proszę na próbę podłączyć kabel. Jeśli pomoże, wyślę nowy moduł Wi-Fi.", "Na kablu działa. Poproszę o moduł.", "Wysłane, kurier będzie jutro między 9 a 13."}, 4, "Czekam na kuriera"},
			{"billing", []string{"Chciałbym zmienić adres do faktur.", "Oczywiście. Proszę podać nowy adres, zmienię go od razu.", "ul. Lipowa 12/4, 30-702 Kraków", "Gotowe. Następna faktura przyjdzie już na nowy adres."}, 5, ""},
			{"tech", []string{"Od godziny nie ma internetu w całym bloku!", "Potwierdzam awarię przy ul. Ogrodowej. Ekipa jest na miejscu, przewidywany koniec to 16:30.", "Dobrze, poczekam."}, 3, "Dobrze, że wiadomo, kiedy koniec"},
		},
	}
}

func vasarfia() demoBrand {
	return demoBrand{
		slug: "vasarfia", name: "Vásárfia", color: "#9c36b5", language: "hu", zone: "Europe/Budapest", country: "HU",
		queues: []demoQueue{{"orders", "Rendelések", 90, 30}, {"returns", "Visszaküldés", 80, 60}},
		customers: []demoCustomer{
			{"Kovács Réka", "reka.kovacs@posta.example", "+36 30 555 0142"},
			{"Tóth Gergő", "gergo.toth@posta.example", "+36 20 555 0177"},
			{"Szűcs Ágnes", "agnes.szucs@posta.example", ""},
			{"Őri Márton", "marton.ori@iroda.example", "+36 70 555 0110"},
			{"Fekete Zsófia", "zsofia.fekete@posta.example", "+36 30 555 0168"},
			{"Varga Ödön", "odon.varga@posta.example", ""},
			{"Lengyel Nóra", "nora.lengyel@iroda.example", "+36 20 555 0193"},
		},
		greeting: "Üdvözöljük! Miben segíthetünk?",
		away:     "Köszönjük az üzenetét. Amint lesz szabad kollégánk, válaszolunk.",
		consent:  "Hozzájárulok, hogy a Vásárfia az adataimat a válaszadáshoz kezelje.",
		farewell: "Köszönöm a beszélgetést, szép napot kívánok!",
		canned: []demoCanned{
			{"futar", "Futár", "A csomagot ma 8 és 17 óra között kézbesítik, a futár érkezés előtt 30 perccel telefonál."},
			{"vissza", "Visszaküldés", "Kedves {{customer.name}}! A terméket 30 napon belül ingyenesen visszaküldheti. Elküldjem a címkét e-mailben?"},
			{"koszonom", "Búcsú", "Köszönöm a beszélgetést, szép napot kívánok! {{agent.name}}, {{brand.name}}"},
		},
		talks: []talk{
			{"orders", []string{"Jó napot! Hol tart a rendelésem? A száma VF-20418.", "Jó napot! A csomag ma reggel elindult a raktárból, holnap délelőtt érkezik.", "Nagyszerű, köszönöm!"}, 5, "Gyors válasz"},
			{"orders", []string{"Rossz címet adtam meg, át lehet írni?", "Igen, még nem adtuk át a futárnak. Mi a helyes cím?", "1146 Budapest, Thököly út 82.", "Átírtam, a visszaigazolást e-mailben küldöm."}, 5, ""},
			{"returns", []string{"A cipő kicsi, cserélném egy számmal nagyobbra.", "Szívesen! A 39-es van raktáron. Elküldöm a címkét, a futár holnap elviszi a régit és hozza az újat.", "Ez remek, köszönöm szépen!"}, 5, "Nagyon segítőkész volt"},
			{"returns", []string{"Három hete visszaküldtem egy kabátot, és még nem kaptam meg a pénzt.", "Elnézést kérek. Látom a csomagot, a visszautalás elakadt. Most elindítottam, két munkanapon belül megérkezik.", "Remélem, most már tényleg."}, 2, "Magamtól is szólhattak volna"},
			{"orders", []string{"Van még ebből a lámpából feketében?", "Feketében jövő kedden érkezik. Szóljak, amint rendelhető?", "Igen, kérem."}, 4, ""},
			{"orders", []string{"Nem működik a kuponkódom.", "Melyik kódot próbálta?", "TAVASZ15", "Ez a kód tegnap lejárt, de kivételesen levonom a 15 százalékot. Frissítse a kosarat!", "Működik, nagyon köszönöm!"}, 5, "Kedves meglepetés"},
		},
	}
}
